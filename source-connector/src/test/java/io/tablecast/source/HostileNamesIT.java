// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.PostgresServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names and values that would be statements if anybody took them for SQL are names and values. */
class HostileNamesIT {

    private static final String DROP = "'\"`; DROP TABLE victim; --$$\\";
    private static final TableId TABLE = new TableId("s" + DROP, "t$setup$" + DROP);
    private static final String KEY = "k" + DROP;
    private static final String LONG = "é".repeat(31);
    private static final String LABEL = "l" + DROP;
    private static final String VALUE = "v" + DROP + "\n/*";

    @ParameterizedTest
    @ValueSource(strings = {"queue", "incremental", "snapshot"})
    void namesAndValuesOfPostgresAreData(String mode) {
        try (Database database = PostgresServer.shared().createDatabase()) {
            String table = Database.quote(TABLE.schema()) + "." + Database.quote(TABLE.name());
            String type = Database.quote(TABLE.schema()) + "." + Database.quote("e" + DROP);
            database.execute(
                    "CREATE TABLE public.victim (id int)",
                    "CREATE SCHEMA " + Database.quote(TABLE.schema()),
                    "CREATE TYPE " + type + " AS ENUM (" + literal(LABEL) + ")",
                    "CREATE TABLE " + table + " (" + Database.quote(KEY) + " int PRIMARY KEY, " + Database.quote(LONG)
                            + " text DEFAULT " + literal(VALUE) + ", label " + type + ")",
                    "COMMENT ON TABLE " + table + " IS " + literal(VALUE),
                    "INSERT INTO " + table + " VALUES (1, " + literal(VALUE) + ", " + literal(LABEL) + ")");
            Map<String, String> settings = new HashMap<>(Map.of("mode", mode, "poll.interval.ms", "50"));
            switch (mode) {
                case "incremental" -> settings.put("control.column", KEY);
                case "queue" -> settings.put("queue.old.rows", "true");
                default -> {}
            }
            try (TaskRun run = TaskRun.start(TaskRun.properties(database, settings, TABLE), new StoredOffsets())) {
                List<SourceRecord> copied = BinlogRecords.dataOf(run.pollSnapshots(1));

                Struct row = TaskRun.after(copied.get(1));
                assertThat(row.schema().fields()).extracting("name").containsExactly(KEY, LONG, "label");
                assertThat(row.get(LONG)).isEqualTo(VALUE);
                assertThat(row.get("label")).isEqualTo(LABEL);
                assertThat(TaskRun.envelope(copied.get(1)).getStruct("source").get("table"))
                        .isEqualTo(TABLE.name());
                assertThat(RecordHeaders.begin(copied.get(0).headers())
                                .orElseThrow()
                                .structure()
                                .table())
                        .isEqualTo(TABLE);
                if (!mode.equals("snapshot")) {
                    database.execute("INSERT INTO " + table + " VALUES (2)");
                    run.pollUntil(
                            "the second row",
                            records -> records.size() > copied.size()
                                    && records.toString().contains("=2,"));
                }
                if (mode.equals("queue")) {
                    database.execute(
                            "ALTER TABLE " + table + " ADD COLUMN " + Database.quote("n" + DROP) + " text",
                            "DELETE FROM " + table + " WHERE " + Database.quote(KEY) + " = 1");
                    List<SourceRecord> records =
                            run.pollUntil("the delete", all -> all.stream().anyMatch(record -> record.value() == null));
                    Struct before =
                            TaskRun.envelope(records.get(records.size() - 2)).getStruct("before");
                    assertThat(before.get(LONG)).isEqualTo(VALUE);
                    assertThat(before.get("label")).isEqualTo(LABEL);
                }
            }
            assertThat(database.number("SELECT count(*) FROM public.victim")).isZero();
        }
    }

    @Test
    void namesAndValuesOfABinlogAreData() {
        try (MySqlDatabase database =
                MySqlServer.shared(MySqlRelease.preferred()).createDatabase()) {
            String name = "t" + DROP;
            String table = MySqlDatabase.quote(name);
            String key = MySqlDatabase.quote("k" + DROP);
            database.execute(
                    "CREATE TABLE victim (id int)",
                    "CREATE TABLE " + table + " (" + key + " int PRIMARY KEY, " + MySqlDatabase.quote(LONG)
                            + " varchar(80) DEFAULT 'd''\"`; --', label enum('l''\"; --$$'))",
                    "INSERT INTO " + table + " VALUES (1, 'v''\"`; DROP TABLE victim; --$$', 'l''\"; --$$')");
            try (TaskRun run = TaskRun.start(TaskRun.properties(database, Map.of(), name), new StoredOffsets())) {
                List<SourceRecord> copied = BinlogRecords.dataOf(run.pollSnapshots(1));
                database.execute(
                        "ALTER TABLE " + table + " ADD COLUMN " + MySqlDatabase.quote("n" + DROP) + " int",
                        "ALTER TABLE " + table + " RENAME COLUMN " + MySqlDatabase.quote(LONG) + " TO "
                                + MySqlDatabase.quote("r" + DROP),
                        "INSERT INTO " + table + " (" + key + ") VALUES (2)");
                List<SourceRecord> records = run.pollUntil(
                        "the second row",
                        all -> all.stream()
                                .anyMatch(record -> BinlogRecords.text(record).equals("c 2")));

                Struct row = TaskRun.after(copied.get(1));
                assertThat(row.get(LONG)).isEqualTo("v'\"`; DROP TABLE victim; --$$");
                assertThat(row.get("label")).isEqualTo("l'\"; --$$");
                Struct later = TaskRun.after(records.get(records.size() - 1));
                assertThat(later.get("r" + DROP)).isEqualTo("d'\"`; --");
                assertThat(TaskRun.envelope(copied.get(1)).getStruct("source").get("table"))
                        .isEqualTo(name);
            }
            assertThat(database.number("SELECT count(*) FROM victim")).isZero();
        }
    }

    private static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
