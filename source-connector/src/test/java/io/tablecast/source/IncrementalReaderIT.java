// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static io.tablecast.source.IncrementalRun.ops;
import static io.tablecast.source.IncrementalRun.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresOptions;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.Role;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IncrementalReaderIT {

    private final Database database = PostgresServer.shared().createDatabase();

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
    void firstCopyHandsOverToWhatComesLater() {
        database.execute("INSERT INTO shop.item (name) SELECT 'old' FROM generate_series(1, 3)");

        try (IncrementalRun run = IncrementalRun.start(database, "at", Map.of())) {
            // The copy reaches up to two seconds ago; what is younger comes afterwards.
            List<SourceRecord> records = new ArrayList<>(run.pollCopy());
            int copied = values(records, "id").size();
            database.execute("INSERT INTO shop.item (name) VALUES ('new'), ('newer')");
            records.addAll(run.pollRows(5 - copied));

            assertThat(values(records, "id")).containsExactly(1, 2, 3, 4, 5);
            assertThat(ops(records).get(0)).isEqualTo("t");
            assertThat(ops(records).subList(copied + 1, 6)).containsOnly("u");
            SnapshotBegin begin = RecordHeaders.begin(records.get(0).headers()).orElseThrow();
            assertThat(begin.mode()).isEqualTo("incremental");
            assertThat(begin.ranges()).isEmpty();
            Struct source = TaskRun.envelope(records.get(5)).getStruct("source");
            assertThat(source.getString("snapshot")).isEqualTo("false");
            assertThat(source.get("sequence")).isNull();
        }
    }

    @Test
    void restartGoesOnAfterTheLastAcknowledgedRow() {
        try (IncrementalRun run = IncrementalRun.start(database, "at", Map.of())) {
            run.pollCopy();
            database.execute("INSERT INTO shop.item (name) SELECT 'x' FROM generate_series(1, 10)");
            List<SourceRecord> records = run.pollRows(10);

            run.restartAfter(records.get(6));

            assertThat(values(run.pollRows(3), "id")).containsExactly(8, 9, 10);
            database.execute("UPDATE shop.item SET name = 'y', at = now() WHERE id = 2");
            List<SourceRecord> changed = run.pollRows(1);
            assertThat(values(changed, "id")).containsExactly(2);
            assertThat(values(changed, "name")).containsExactly("y");
        }
    }

    @Test
    void withoutKeyAPositionStandsOnlyBetweenGroups() {
        database.execute(
                "ALTER TABLE shop.item DROP CONSTRAINT item_pkey",
                "INSERT INTO shop.item (name, at)"
                        + " SELECT 'x', timestamptz '2026-01-01' + g % 3 * interval '1 day' FROM generate_series(1, 9) g");

        try (IncrementalRun run = IncrementalRun.start(
                database, "at", Map.of("start.value", "2026-01-01 00:00:00+00", "batch.max.rows", "2"))) {
            List<SourceRecord> records = run.pollRows(9);
            run.restartAfter(records.get(4));
            List<SourceRecord> again = run.pollRows(6);

            assertThat(values(records, "id")).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8, 9);
            assertThat(values(again, "id")).isEqualTo(values(records, "id").subList(3, 9));
            assertThat(records.get(2).sourceOffset().get("control.after")).isEqualTo("2026-01-01 00:00:00+00");
            assertThat(records.get(4).sourceOffset()).isEqualTo(records.get(2).sourceOffset());
            assertThat(records.get(5).sourceOffset().get("control.after")).isEqualTo("2026-01-02 00:00:00+00");
        }
    }

    @Test
    void integersBeginWithAllThatIsThere() {
        database.execute("INSERT INTO shop.item (name) SELECT 'old' FROM generate_series(1, 3)");

        try (IncrementalRun run = IncrementalRun.start(database, "id", Map.of())) {
            assertThat(values(run.pollCopy(), "id")).containsExactly(1, 2, 3);
            assertThat(run.after()).isEqualTo("3");
            database.execute("INSERT INTO shop.item (name) VALUES ('new')");
            assertThat(values(run.pollRows(1), "id")).containsExactly(4);
        }
    }

    @Test
    void boundaryKeepsDistanceFromTheGreatestInteger() {
        database.execute("INSERT INTO shop.item (name) SELECT 'old' FROM generate_series(1, 10)");

        try (IncrementalRun run = IncrementalRun.start(database, "id", Map.of("boundary", "4"))) {
            assertThat(values(run.pollCopy(), "id")).containsExactly(1, 2, 3, 4, 5, 6);
            database.execute("INSERT INTO shop.item (name) VALUES ('new')");
            assertThat(values(run.pollRows(1), "id")).containsExactly(7);
        }
    }

    @Test
    void changedColumnsRideOnTheNextRow() {
        database.execute("INSERT INTO shop.item (name) VALUES ('old')");

        try (IncrementalRun run = IncrementalRun.start(database, "id", Map.of())) {
            run.pollCopy();
            database.execute(
                    "ALTER TABLE shop.item ADD COLUMN price int DEFAULT 7",
                    "ALTER TABLE shop.item RENAME COLUMN name TO title",
                    "INSERT INTO shop.item (title) VALUES ('new')");
            List<SourceRecord> renamed = run.pollRows(1);
            database.execute("ALTER TABLE shop.item DROP COLUMN title");
            run.restart();
            database.execute("INSERT INTO shop.item (price) VALUES (8)");
            List<SourceRecord> dropped = run.pollRows(1);

            assertThat(RecordHeaders.schemaChanges(renamed.get(0).headers())).hasSize(2);
            assertThat(RecordHeaders.schemaChanges(renamed.get(0).headers()).get(0))
                    .isEqualTo(new SchemaChange.Rename("name", "title"));
            assertThat(values(renamed, "price")).containsExactly(7);
            assertThat(RecordHeaders.schemaChanges(dropped.get(0).headers()))
                    .containsExactly(new SchemaChange.Drop("title"));
        }
    }

    @Test
    void otherListOfColumnsIsAChangeOfTheSchema() {
        database.execute("INSERT INTO shop.item (name) VALUES ('old')");

        try (IncrementalRun run = IncrementalRun.start(database, "id", Map.of())) {
            run.pollCopy();
            run.restartWith(Map.of("columns", "id,name"));
            database.execute("INSERT INTO shop.item (name) VALUES ('new')");
            List<SourceRecord> shorter = run.pollRows(1);
            // Nobody has the values that rows had in a column that was left out.
            run.restartWith(Map.of("columns", "id,name,at"));
            List<SourceRecord> longer = run.pollCopy();

            assertThat(RecordHeaders.schemaChanges(shorter.get(0).headers()))
                    .containsExactly(new SchemaChange.Drop("at"));
            assertThat(values(shorter, "name")).containsExactly("new");
            assertThat(ops(longer)).containsExactly("t", "r", "r");
            assertThat(values(longer, "at")).doesNotContainNull();
        }
    }

    @Test
    void rewrittenColumnCopiesAgain() {
        database.execute("INSERT INTO shop.item (name) VALUES ('17')");

        try (IncrementalRun run = IncrementalRun.start(database, "id", Map.of())) {
            run.pollCopy();
            database.execute("ALTER TABLE shop.item ALTER COLUMN name TYPE int USING name::int * 2");

            assertThat(values(run.pollCopy(), "name")).containsExactly(34);
        }
    }

    @Test
    void rewriteWithoutFirstCopyPassesOverNoRow() throws SQLException {
        try (IncrementalRun run = IncrementalRun.start(database, "at", Map.of("snapshot.mode", "no_data"));
                Connection session = database.connection();
                Statement statement = session.createStatement()) {
            run.pollUntilOffset("the place to begin", offset -> offset.containsKey("control.from"));
            session.setAutoCommit(false);
            // While the table is locked for the rewrite, the time to which it can be read goes on.
            statement.execute("ALTER TABLE shop.item ALTER COLUMN name TYPE varchar(9) USING upper(name)");
            statement.execute("INSERT INTO shop.item (name, at) VALUES ('new', now() - interval '1.8 s')");
            Conditions.await(
                    Duration.ofSeconds(30),
                    "the reader does not wait for the table",
                    () -> database.number("SELECT count(*) FROM pg_locks WHERE NOT granted") > 0);
            session.commit();

            assertThat(values(run.pollRows(1), "name")).containsExactly("new");
        }
    }

    @Test
    void labelThatIsAddedToAnEnumIsInTheSchemaOfItsRows() {
        database.execute(
                "CREATE TYPE shop.mood AS ENUM ('sad', 'glad')", "ALTER TABLE shop.item ADD COLUMN mood shop.mood");

        try (IncrementalRun run = IncrementalRun.start(database, "id", Map.of())) {
            run.pollCopy();
            database.execute(
                    "ALTER TYPE shop.mood ADD VALUE 'so so' BEFORE 'glad'",
                    "INSERT INTO shop.item (mood) VALUES ('so so')");
            SourceRecord record = run.pollRows(1).get(0);

            assertThat(record.valueSchema()
                            .field("after")
                            .schema()
                            .field("mood")
                            .schema()
                            .parameters())
                    .containsEntry("allowed", "sad,so so,glad");
        }
    }

    @Test
    void rowsWithoutControlValueAreInTheCopyOnly() {
        database.execute(
                "ALTER TABLE shop.item ALTER COLUMN at DROP NOT NULL",
                "INSERT INTO shop.item (name, at) VALUES ('null', NULL), ('ever', 'infinity'), ('never', '-infinity')");

        try (IncrementalRun run = IncrementalRun.start(database, "at", Map.of())) {
            assertThat(values(run.pollCopy(), "id")).containsExactly(1, 2, 3);
            run.pollUntilMetric("rows-without-control", rows -> rows == 2);
            database.execute("INSERT INTO shop.item (name, at) VALUES ('null', NULL), ('now', now() - interval '1 s')");
            assertThat(values(run.pollRows(1), "id")).containsExactly(5);
        }
    }

    @Test
    void rowsThatComeLateAreCounted() {
        database.execute("INSERT INTO shop.item (id) VALUES (100)");

        try (IncrementalRun run = IncrementalRun.start(database, "id", Map.of("late.rows.check.interval.ms", "100"))) {
            run.pollCopy();
            database.execute("INSERT INTO shop.item (id) VALUES (101)");
            run.pollRows(1);
            run.pollUntilMetric("rows-late", rows -> rows == 0);
            database.execute("INSERT INTO shop.item (id) VALUES (50), (51), (102)");

            assertThat(values(run.pollRows(1), "id")).containsExactly(102);
            run.pollUntilMetric("rows-late", rows -> rows == 2);
        }
    }

    @Test
    void withoutPrivilegeReadingStaysTenMinutesBehind() {
        Role role = database.createRole("reader");
        database.execute(
                "GRANT USAGE ON SCHEMA shop TO \"" + role.name() + "\"",
                "GRANT SELECT ON shop.item TO \"" + role.name() + "\"",
                "INSERT INTO shop.item (name, at) VALUES ('old', now() - interval '11 min'),"
                        + " ('young', now() - interval '9 min')");

        try (IncrementalRun run = IncrementalRun.start(
                database, "at", Map.of("connection.user", role.name(), "connection.password", role.password()))) {
            assertThat(values(run.pollCopy(), "name")).containsExactly("old");
            run.restartWith(Map.of("boundary", "480000"));
            assertThat(values(run.pollRows(1), "name")).containsExactly("young");
        }
    }

    @Test
    void timesWithoutZoneAreThoseOfTheirZone() {
        database.execute(
                "ALTER TABLE shop.item ADD COLUMN local timestamp, ADD COLUMN day date",
                "INSERT INTO shop.item (name, local, day) VALUES"
                        + " ('past', now() AT TIME ZONE 'Europe/Rome' - interval '1 min', '2026-01-01'),"
                        + " ('future', now() AT TIME ZONE 'Europe/Rome' + interval '30 min',"
                        + " (now() AT TIME ZONE 'Europe/Rome')::date)");
        Map<String, String> zone = Map.of("control.timezone", "Europe/Rome", "dst.pause", "off");

        try (IncrementalRun run = IncrementalRun.start(database, "local", zone)) {
            assertThat(values(run.pollCopy(), "name")).containsExactly("past");
            run.restartWith(Map.of("control.timezone", "Asia/Tokyo"));
            assertThat(values(run.pollRows(1), "name")).containsExactly("future");
        }
        try (IncrementalRun run = IncrementalRun.start(database, "day", zone)) {
            assertThat(values(run.pollCopy(), "name")).containsExactly("past");
        }
    }

    @Test
    void withoutDataReadingBeginsNow() {
        database.execute("INSERT INTO shop.item (name) SELECT 'old' FROM generate_series(1, 3)");

        try (IncrementalRun run = IncrementalRun.start(database, "id", Map.of("snapshot.mode", "no_data"))) {
            run.pollUntilOffset("the place to begin", offset -> "3".equals(offset.get("control.after")));
            database.execute("INSERT INTO shop.item (name) VALUES ('new')");
            List<SourceRecord> records = run.pollRows(1);
            assertThat(values(records, "id")).containsExactly(4);
            assertThat(ops(records)).containsExactly("u");
        }
    }

    @Test
    void controlColumnThatIsDroppedStopsTheTaskWithTheRemedy() {
        try (IncrementalRun run = IncrementalRun.start(database, "at", Map.of())) {
            run.pollCopy();
            database.execute("ALTER TABLE shop.item DROP COLUMN at");

            assertThatThrownBy(() -> run.pollRows(1))
                    .hasStackTraceContaining("Cannot read shop.item")
                    .hasStackTraceContaining(
                            "Control column \"at\" of shop.item does not exist. Set control.column to");
        }
    }

    @Test
    void privilegeThatIsLostStopsTheTaskWithTheGrantToRun() {
        Role role = database.createRole("reader");
        database.execute(
                "GRANT USAGE ON SCHEMA shop TO \"" + role.name() + "\"",
                "GRANT SELECT ON shop.item TO \"" + role.name() + "\"");

        try (IncrementalRun run = IncrementalRun.start(
                database, "id", Map.of("connection.user", role.name(), "connection.password", role.password()))) {
            run.pollCopy();
            database.execute("REVOKE SELECT ON shop.item FROM \"" + role.name() + "\"");

            assertThatThrownBy(() -> run.pollRows(1))
                    .hasStackTraceContaining("Cannot read shop.item from jdbc:postgresql:")
                    .hasStackTraceContaining("permission denied for table item")
                    .hasStackTraceContaining("Run GRANT SELECT ON shop.item TO ");
        }
    }

    @Test
    void preparedTransactionHoldsReading() throws Exception {
        PostgresOptions options = PostgresOptions.defaults().withSetting("max_prepared_transactions", "5");
        try (PostgresServer server = PostgresServer.start(options);
                Database own = server.createDatabase()) {
            own.execute(
                    "CREATE SCHEMA shop",
                    "CREATE TABLE shop.item (id serial PRIMARY KEY, name text, at timestamptz NOT NULL DEFAULT now())");
            for (String control : List.of("at", "id")) {
                try (IncrementalRun run = IncrementalRun.start(own, control, Map.of());
                        Connection two = own.connection();
                        Statement statement = two.createStatement()) {
                    run.pollCopy();
                    two.setAutoCommit(false);
                    statement.execute("INSERT INTO shop.item (name) VALUES ('prepared')");
                    statement.execute("PREPARE TRANSACTION 'held'");
                    two.commit();
                    two.setAutoCommit(true);
                    own.execute("INSERT INTO shop.item (name) VALUES ('behind')", "SELECT pg_sleep(3)");
                    assertThat(values(run.pollSome(), "name")).isEmpty();
                    run.pollUntilMetric("held-back-seconds", seconds -> seconds > 0);
                    statement.execute("COMMIT PREPARED 'held'");

                    assertThat(values(run.pollRows(2), "name")).containsExactly("prepared", "behind");
                    run.pollUntilMetric("held-back-seconds", seconds -> seconds == 0);
                }
                own.execute("TRUNCATE shop.item");
            }
        }
    }
}
