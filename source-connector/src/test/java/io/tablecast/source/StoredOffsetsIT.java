// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Offsets of modes incremental and snapshot that earlier versions have stored: a task goes on exactly behind them. */
class StoredOffsetsIT {

    private static final TableId ITEM = new TableId("shop", "item");
    private static final TableId OTHER = new TableId("shop", "other");
    private static final String TOPIC = "erp.shop.item";

    private final StoredOffsets offsets = new StoredOffsets();
    private Database database;

    @BeforeEach
    void createTables() {
        database = PostgresServer.shared().createDatabase();
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.item (id int PRIMARY KEY, at timestamptz, note text)",
                """
                INSERT INTO shop.item VALUES
                (1, '2026-01-01 00:00:00+00', 'a'), (2, '2026-01-01 00:00:01.5+00', 'b'),
                (3, '2026-01-01 00:00:01.5+00', 'c'), (4, '2026-01-01 00:00:02+00', 'd')""",
                "CREATE TABLE shop.other (id int PRIMARY KEY)",
                "INSERT INTO shop.other VALUES (1)");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @ParameterizedTest
    @CsvSource({
        "incremental behind a number, id, u 3;u 4",
        "incremental behind all rows of a number, id, u 3;u 4",
        "incremental within equal times, at, u 3;u 4",
        "incremental from a time, at, u 2;u 3;u 4",
        "incremental from the beginning, id, u 1;u 2;u 3;u 4",
        "incremental with a range to read again, id, r 2;r 3",
        "incremental with a drain, id, u 3;u 4",
        "incremental copying, id, t;r 1;r 2;r 3;r 4"
    })
    void rowsBehindTheOffsetAreReadOnce(String stored, String control, String expected) {
        store(ITEM, stored);
        String last = "the last one";

        try (TaskRun run = incremental(control, Map.of())) {
            int rows = List.of(expected.split(";", -1)).size();
            run.pollUntil(expected, records -> texts(records).size() >= rows);
            database.execute("INSERT INTO shop.item VALUES (9, '2026-02-01 00:00:00+00', '" + last + "')");
            List<SourceRecord> records =
                    TaskRun.ofTopic(run.pollUntil(last, all -> all.toString().contains(last)), TOPIC);

            assertThat(String.join(";", texts(records))).isEqualTo(expected + ";u 9");
            assertThat(OffsetCodec.incrementalRequests(offsets.of(partition(ITEM))))
                    .as("requests that were met")
                    .isEmpty();
        }
    }

    @Test
    void rangeToReadAgainCarriesItsBounds() {
        store(ITEM, "incremental with a range to read again");

        try (TaskRun run = incremental("id", Map.of())) {
            List<SourceRecord> records = TaskRun.ofTopic(run.pollSnapshots(1), TOPIC);

            assertThat(RecordHeaders.begin(records.get(0).headers())
                            .orElseThrow()
                            .ranges())
                    .containsExactly(new SnapshotBegin.Range("id", "2", "4"));
        }
    }

    /** A thousand numbers are left out, but for this once. */
    @Test
    void drainReadsWhatTheBoundaryLeavesOut() {
        store(ITEM, "incremental with a drain");

        try (TaskRun run = incremental("id", Map.of("boundary", "1000"))) {
            run.pollUntil("rows 3 and 4", records -> texts(records).equals(List.of("u 3", "u 4")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshot to be run now", "snapshot copying"})
    void copiesAreMadeWhereTheyAreDueAndNowhereElse(String stored) {
        store(ITEM, stored);
        store(OTHER, "snapshot copied");

        try (TaskRun run = TaskRun.start(TaskRun.properties(database, Map.of(), OTHER, ITEM), offsets)) {
            List<SourceRecord> records = run.pollSnapshots(1);

            assertThat(TaskRun.ofTopic(records, TOPIC)).hasSize(5);
            assertThat(TaskRun.ofTopic(records, "erp.shop.other")).isEmpty();
            assertThat(offsets.of(partition(ITEM)))
                    .containsEntry("state", "copied")
                    .doesNotContainKey("run");
            assertThat(offsets.of(partition(OTHER)).get("snapshot")).isEqualTo("mc8xk2a4-3f9k2l1m");
        }
    }

    private TaskRun incremental(String control, Map<String, String> more) {
        Map<String, String> properties =
                new HashMap<>(Map.of("mode", "incremental", "control.column", control, "poll.interval.ms", "50"));
        properties.putAll(more);
        return TaskRun.start(TaskRun.properties(database, properties, ITEM), offsets);
    }

    private void store(TableId table, String golden) {
        offsets.store(
                partition(table),
                GoldenOffsets.of(
                        golden,
                        Map.of(
                                "system", database.value("SELECT system_identifier FROM pg_control_system()"),
                                "database", database.name(),
                                "now", Instant.now().toString(),
                                "structure", database.value(GoldenOffsets.text("structure-0.1.sql")))));
    }

    private static Map<String, String> partition(TableId table) {
        return new SourcePartition("erp", table).toMap();
    }

    /** Operation and key of each record of the table. */
    private static List<String> texts(List<SourceRecord> records) {
        Predicate<SourceRecord> isData = record -> record.topic().equals(TOPIC);
        return records.stream().filter(isData).map(BinlogRecords::text).toList();
    }
}
