// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static io.tablecast.source.BinlogRecords.LAST;
import static io.tablecast.source.BinlogRecords.ofTable;
import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Offsets of MySQL and MariaDB that earlier versions have stored: a task goes on exactly behind them. */
@ParameterizedClass
@MethodSource("releases")
class StoredBinlogOffsetsIT {

    private final MySqlRelease release;

    StoredBinlogOffsetsIT(MySqlRelease release) {
        this.release = release;
    }

    static Stream<MySqlRelease> releases() {
        return Stream.of(MySqlRelease.MYSQL, MySqlRelease.MARIADB_11_4).filter(MySqlRelease::isAvailable);
    }

    @ParameterizedTest
    @CsvSource({
        "binlog streaming, c 5;c 6;c 7;c 9",
        "binlog within a transaction, c 7;c 9",
        "binlog ending a copy, c 5;c 6;c 7;c 9",
        "binlog stopped, ''",
    })
    void changesBehindTheOffsetAreReadOnce(String stored, String expected) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            Map<String, Object> given = given(database);
            Map<String, String> properties = TaskRun.properties(database, Map.of(), "orders", "other");
            StoredOffsets offsets = new StoredOffsets();
            offsets.store(partition(database, "orders"), GoldenOffsets.of(stored, given));
            offsets.store(partition(database, "other"), otherOffset(given));

            try (TaskRun run = TaskRun.start(properties, offsets)) {
                List<SourceRecord> records =
                        ofTable(run.pollUntil(LAST, all -> all.toString().contains(LAST)), database, "orders");

                assertThat(String.join(
                                ";", records.stream().map(BinlogRecords::text).toList()))
                        .isEqualTo(expected);
                assertThat(records.stream().filter(TaskRun::isEnd))
                        .as("the end of a copy")
                        .hasSize(stored.equals("binlog ending a copy") ? 1 : 0);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"binlog copying, 3;4", "binlog of a table that is gone, 1;2;3;4;5;6;7;9"})
    void copyGoesOnBehindItsLastRowOrBeginsAnew(String stored, String expected) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            Map<String, Object> given = given(database);
            StoredOffsets offsets = new StoredOffsets();
            offsets.store(partition(database, "orders"), GoldenOffsets.of(stored, given));

            try (TaskRun run = TaskRun.start(TaskRun.properties(database, Map.of(), "orders"), offsets)) {
                List<SourceRecord> records = run.pollSnapshots(1);

                assertThat(String.join(
                                ";",
                                ofTable(records, database, "orders").stream()
                                        .map(BinlogRecords::text)
                                        .filter(text -> text.startsWith("r "))
                                        .map(text -> text.substring(2))
                                        .toList()))
                        .as("rows of the copy; those that come as changes meanwhile may be among them")
                        .startsWith(expected);
                assertThat(ofTable(records, database, "orders").stream()
                                .map(BinlogRecords::text)
                                .filter(text -> text.startsWith("c ")))
                        .as("changes meanwhile")
                        .containsExactly("c 5", "c 6", "c 7", "c 9");
            }
        }
    }

    private static Map<String, Object> otherOffset(Map<String, Object> given) {
        Map<String, Object> offset = GoldenOffsets.of("binlog streaming", given);
        offset.put(
                "structure", "[[\"id\"],[\"id\",\"int\",\"\",\"\"],[\"note\",\"varchar(50)\",\"utf8mb4\",\"null\"]]");
        return offset;
    }

    @ParameterizedTest
    @CsvSource({
        "mysql snapshot to be run now, snapshot, t;r 1;r 2;r 3;r 4;r 5;r 6;r 7;r 9",
        "mysql incremental behind a number, incremental, u 3;u 4;u 5;u 6;u 7;u 9",
        "mysql incremental within equal times, incremental, u 3;u 4;u 5;u 6;u 7;u 9"
    })
    void rowsBehindTheOffsetAreReadOnce(String stored, String mode, String expected) {
        try (MySqlDatabase database = MySqlServer.shared(release).createDatabase()) {
            Map<String, Object> given = given(database);
            Map<String, String> properties = new HashMap<>(Map.of("mode", mode));
            if (mode.equals("incremental")) {
                properties.put("control.column", stored.contains("time") ? "at" : "id");
            }
            StoredOffsets offsets = new StoredOffsets();
            offsets.store(partition(database, "orders"), GoldenOffsets.of(stored, given));

            try (TaskRun run = TaskRun.start(TaskRun.properties(database, properties, "orders"), offsets)) {
                List<SourceRecord> records = run.pollUntil(
                        expected,
                        all -> ofTable(all, database, "orders").toString().contains("the ninth"));

                assertThat(String.join(
                                ";",
                                ofTable(records, database, "orders").stream()
                                        .map(BinlogRecords::text)
                                        .toList()))
                        .isEqualTo(expected);
            }
        }
    }

    /** Makes four rows, takes the place behind them, and makes further ones. */
    private static Map<String, Object> given(MySqlDatabase database) {
        boolean isMariaDb = database.server().release().isMariaDb();
        database.execute(
                "CREATE TABLE orders (id int PRIMARY KEY, note varchar(50), at timestamp(3) NULL)",
                "CREATE TABLE other (id int PRIMARY KEY, note varchar(50))",
                "INSERT INTO orders VALUES (1, 'a', '2026-01-01 00:00:01'), (2, 'b', '2026-01-01 00:00:01.5'),"
                        + " (3, 'c', '2026-01-01 00:00:01.5'), (4, 'd', '2026-01-01 00:00:02')");
        List<String> place =
                database.rows(database.server().release().binlogStatusCommand()).get(0);
        String gtids = database.value(isMariaDb ? "SELECT @@gtid_binlog_pos" : "SELECT @@gtid_executed");
        database.execute(
                "START TRANSACTION; INSERT INTO orders VALUES (5, 'e', '2026-01-01 00:00:03'), (6, 'f', '2026-01-01 00:00:04');"
                        + " INSERT INTO orders VALUES (7, 'g', '2026-01-01 00:00:05'); COMMIT");
        String transaction = database.value(
                isMariaDb
                        ? "SELECT @@gtid_binlog_pos"
                        : "SELECT GTID_SUBTRACT(@@gtid_executed, '" + gtids.replace("\n", "") + "')");
        database.execute(
                "INSERT INTO orders VALUES (9, 'the ninth', '2026-01-01 00:00:06')",
                "INSERT INTO other VALUES (1, '" + LAST + "')");
        return Map.of(
                "system",
                isMariaDb
                        ? "server-id:" + database.value("SELECT @@server_id")
                        : database.value("SELECT @@server_uuid"),
                "database",
                database.name(),
                "now",
                Instant.now().toString(),
                "file",
                place.get(0),
                "pos",
                Long.valueOf(place.get(1)),
                "gtids",
                gtids,
                "transaction",
                transaction);
    }

    private static Map<String, String> partition(MySqlDatabase database, String table) {
        return Map.of("table", "erp/" + database.name() + "." + table);
    }
}
