// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static io.tablecast.source.IncrementalRun.ops;
import static io.tablecast.source.IncrementalRun.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.incremental.IncrementalReader;
import io.tablecast.source.incremental.IncrementalTable;
import io.tablecast.source.metrics.ControlMetrics;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.reading.BoundedRecordBuffer;
import io.tablecast.source.reading.Heartbeats;
import io.tablecast.source.snapshot.CopyThreads;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.PostgresVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What makes readers of control columns lose or repeat rows. */
@ParameterizedClass
@EnumSource(names = {"OLDEST", "NEWEST"})
class ControlHazardsIT {

    private final Database database;

    ControlHazardsIT(PostgresVersion version) {
        this.database = PostgresServer.shared(version).createDatabase();
    }

    @BeforeEach
    void createTable() {
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.item (id serial PRIMARY KEY, name text, at timestamptz NOT NULL DEFAULT now())",
                "CREATE INDEX ON shop.item (at, id)");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void rowOfATransactionThatCommitsLateIsNotPassedOver() throws Exception {
        for (String control : List.of("at", "id")) {
            database.execute("TRUNCATE shop.item");
            try (IncrementalRun run = IncrementalRun.start(database, control, Map.of("boundary", "0"));
                    Connection late = database.connection();
                    Statement statement = late.createStatement()) {
                run.pollCopy();
                late.setAutoCommit(false);
                statement.execute("INSERT INTO shop.item (name) VALUES ('late')");
                database.execute("INSERT INTO shop.item (name) VALUES ('early')");
                database.execute("SELECT pg_sleep(3)");
                late.commit();

                assertThat(values(run.pollRows(2), "name")).containsExactly("late", "early");
            }
        }
    }

    @Test
    void thousandsOfEqualValuesArePagedByTheirKey() {
        database.execute("INSERT INTO shop.item (name, at) SELECT 'x', '2026-01-01' FROM generate_series(1, 10000)");

        try (IncrementalRun run = IncrementalRun.start(
                database, "at", Map.of("start.value", "2026-01-01 00:00:00+00", "batch.max.rows", "500"))) {
            List<SourceRecord> records = run.pollRows(10_000);

            assertThat(values(records, "id"))
                    .isEqualTo(IntStream.rangeClosed(1, 10_000).boxed().toList());
            assertThat(ops(records)).containsOnly("u");
        }
    }

    @Test
    void partsOfAKeyAreNotRunTogether() {
        database.execute(
                "DROP TABLE shop.item",
                "CREATE TABLE shop.item (a text COLLATE \"C\", b text COLLATE \"C\", n int NOT NULL, PRIMARY KEY (a, b))",
                "INSERT INTO shop.item VALUES ('1', '11', 1), ('11', '1', 1), ('1', '1', 1), ('11', '', 1), ('', '111', 1),"
                        + " ('it''s', '\\', 1), ('\"', ',', 1)");

        try (IncrementalRun run =
                IncrementalRun.start(database, "n", Map.of("start.value", "1", "batch.max.rows", "1"))) {
            List<SourceRecord> records = run.pollRows(7);

            assertThat(values(records, "a")).containsExactly("", "\"", "1", "1", "11", "11", "it's");
            run.restartAfter(records.get(3));
            assertThat(values(run.pollRows(3), "b")).containsExactly("", "1", "\\");
        }
    }

    @Test
    void alternativesOfAConditionDoNotReachBelowThePosition() {
        database.execute("INSERT INTO shop.item (name) SELECT 'k' || g % 3 FROM generate_series(1, 6) g");

        try (IncrementalRun run =
                IncrementalRun.start(database, "id", Map.of("condition", "name = 'k1' OR name = 'k2'"))) {
            assertThat(values(run.pollCopy(), "id")).containsExactly(1, 2, 4, 5);
            database.execute("INSERT INTO shop.item (name) VALUES ('k0'), ('k1')");
            assertThat(values(run.pollRows(1), "id")).containsExactly(8);
        }
    }

    @Test
    void hourThatComesTwiceIsReadOnce() {
        database.execute(
                "ALTER TABLE shop.item ADD COLUMN local timestamp",
                "SET TimeZone = 'Europe/Rome'; INSERT INTO shop.item (local, at) SELECT at AT TIME ZONE 'Europe/Rome', at"
                        + " FROM generate_series(timestamptz '2025-10-25 23:30+00', '2025-10-26 02:30+00', '15 min') at");

        // From 01:30 to 03:30 in Rome, in 13 steps, of which eight lie in the hour that comes twice.
        for (String control : List.of("local", "at")) {
            Map<String, String> settings = Map.of(
                    "start.value",
                    control.equals("at") ? "2025-10-25 23:00:00+00" : "2025-10-26 01:00:00",
                    "control.timezone",
                    "Europe/Rome",
                    "batch.max.rows",
                    "1");
            try (IncrementalRun run = IncrementalRun.start(database, control, settings)) {
                List<SourceRecord> records = run.pollRows(13);
                run.restartAfter(records.get(5));
                List<SourceRecord> rest = run.pollRows(7);

                assertThat(values(records, "id"))
                        .as(control)
                        .doesNotHaveDuplicates()
                        .hasSize(13);
                assertThat(values(rest, "id"))
                        .as(control)
                        .isEqualTo(values(records, "id").subList(6, 13));
            }
        }
    }

    @Test
    void valuesInTheFutureComeWhenTheyArePast() {
        database.execute("INSERT INTO shop.item (name, at) VALUES ('past', now() - interval '1 min'),"
                + " ('soon', now() + interval '3 s'), ('tomorrow', now() + interval '1 day')");

        try (IncrementalRun run = IncrementalRun.start(database, "at", Map.of())) {
            assertThat(values(run.pollCopy(), "name")).containsExactly("past");
            assertThat(values(run.pollRows(1), "name")).containsExactly("soon");
        }
    }

    @Test
    void onlyTheClockOfTheSourceDecidesHowFarIsRead() throws Exception {
        // The worker's clock is ahead of the source's, or behind it.
        for (Duration wrongBy : List.of(Duration.ofMinutes(5), Duration.ofMinutes(-5))) {
            database.execute("TRUNCATE shop.item");
            BoundedRecordBuffer buffer = new BoundedRecordBuffer(1_000, 1 << 20, 100);
            IncrementalReader reader = reader(buffer, Clock.offset(Clock.systemUTC(), wrongBy));
            try (Connection late = database.connection();
                    Statement statement = late.createStatement()) {
                reader.start();
                take(buffer, records -> !records.isEmpty()); // the empty copy
                late.setAutoCommit(false);
                statement.execute("INSERT INTO shop.item (name) VALUES ('late')");
                database.execute("INSERT INTO shop.item (name, at) VALUES ('early', clock_timestamp()),"
                        + " ('to come', now() + interval '2 min')");
                database.execute("SELECT pg_sleep(3)");
                late.commit();

                assertThat(values(take(buffer, records -> records.size() >= 2), "name"))
                        .as("a worker that is wrong by " + wrongBy)
                        .containsExactly("late", "early");
            } finally {
                reader.stop();
            }
        }
    }

    @Test
    void rowsOfAClockThatIsBehindThoseThatGoBackAndThoseWithoutATimeAreCounted() {
        database.execute(
                "ALTER TABLE shop.item ALTER COLUMN at DROP NOT NULL",
                "INSERT INTO shop.item (name, at) VALUES ('first', now() - interval '1 min')");

        try (IncrementalRun run = IncrementalRun.start(database, "at", Map.of("late.rows.check.interval.ms", "100"))) {
            run.pollCopy();
            database.execute("INSERT INTO shop.item (name) VALUES ('second')");
            run.pollRows(1);
            run.pollUntilMetric("rows-late", rows -> rows == 0);
            database.execute(
                    "INSERT INTO shop.item (name, at) VALUES ('behind', now() - interval '5 min'), ('without', NULL)",
                    "UPDATE shop.item SET at = at - interval '1 hour' WHERE name = 'first'",
                    "INSERT INTO shop.item (name) VALUES ('third')");

            assertThat(values(run.pollRows(1), "name")).containsExactly("third");
            run.pollUntilMetric("rows-late", rows -> rows == 2);
            run.pollUntilMetric("rows-without-control", rows -> rows == 1);
        }
    }

    private IncrementalReader reader(BoundedRecordBuffer buffer, Clock clock) throws SQLException {
        Map<String, String> properties = TaskRun.connection(database);
        properties.putAll(Map.of("mode", "incremental", "control.column", "at", "poll.interval.ms", "50"));
        SourceSettings settings = SourceSettings.parse(properties);
        Connections connections = new Connections(settings.connection());
        SourceIdentity source;
        try (Connection connection = connections.open()) {
            source = new SourceCatalog(connection, settings.records()).identity();
        }
        IncrementalTable table = new IncrementalTable(
                new SourcePartition("erp", IncrementalRun.ITEM), settings.of(IncrementalRun.ITEM), Map.of());
        return new IncrementalReader(
                List.of(table),
                source,
                settings.records(),
                connections,
                connections.pool(2),
                new CopyThreads(1, 1_000),
                buffer,
                new Heartbeats("erp", Duration.ofHours(1), buffer, clock),
                id -> new TableMetrics(clock),
                id -> new ControlMetrics(clock),
                clock);
    }

    private static List<SourceRecord> take(BoundedRecordBuffer buffer, Predicate<List<SourceRecord>> condition) {
        List<SourceRecord> taken = new ArrayList<>();
        Conditions.await(Duration.ofSeconds(60), () -> "only " + taken.size() + " records came", () -> {
            buffer.throwIfFailed();
            taken.addAll(TaskRun.ofTopic(buffer.take(Duration.ofMillis(50)), "erp.shop.item"));
            return condition.test(taken);
        });
        return taken;
    }

    @Test
    void rowThatIsChangedWhileItIsReadAgainEndsInItsNewestState() {
        database.execute("INSERT INTO shop.item (name) SELECT 'old' FROM generate_series(1, 5)");

        try (IncrementalRun run = IncrementalRun.start(database, "id", Map.of())) {
            run.pollCopy();
            run.restart(Map.of("repull.from", "2", "repull.to", "5"));
            // It leaves the range, before the range is read or after.
            database.execute("UPDATE shop.item SET name = 'moved', id = 9 WHERE id = 4");
            List<SourceRecord> records = new ArrayList<>(run.pollCopy());
            while (values(records, "id").stream().noneMatch(id -> id.equals(9))) {
                records.addAll(run.pollRows(1));
            }

            assertThat(values(records, "id")).startsWith(2, 3).endsWith(9);
            assertThat(values(records, "name").get(records.size() - 1)).isEqualTo("moved");
        }
    }

    @Test
    void rowWhoseKeyChangesComesUnderItsNewKey() {
        database.execute(
                "DROP TABLE shop.item",
                "CREATE TABLE shop.item (a int, b text, n serial, PRIMARY KEY (a, b))",
                "INSERT INTO shop.item VALUES (4, 'a'), (5, 'b')");

        try (IncrementalRun run = IncrementalRun.start(database, "n", Map.of())) {
            run.pollCopy();
            // Two keys are swapped, and one part of one is changed.
            database.execute("BEGIN; UPDATE shop.item SET a = 0, n = DEFAULT WHERE a = 4;"
                    + " UPDATE shop.item SET a = 4, b = 'a', n = DEFAULT WHERE a = 5;"
                    + " UPDATE shop.item SET a = 5, b = 'b', n = DEFAULT WHERE a = 0; COMMIT");
            List<SourceRecord> records = run.pollRows(2);

            assertThat(values(records, "a")).containsExactly(4, 5);
            assertThat(values(records, "b")).containsExactly("a", "b");
            assertThat(ops(records)).containsOnly("u");
        }
    }

    @Test
    void tableThatIsTruncatedGoesOnWithItsNextRows() {
        database.execute("INSERT INTO shop.item (name) SELECT 'old' FROM generate_series(1, 3)");

        try (IncrementalRun run = IncrementalRun.start(database, "id", Map.of())) {
            run.pollCopy();
            database.execute("TRUNCATE shop.item", "INSERT INTO shop.item (name) VALUES ('new')");

            List<SourceRecord> next = run.pollRows(1);
            assertThat(values(next, "id")).containsExactly(4);
            assertThat(ops(next)).containsExactly("u");
        }
    }
}
