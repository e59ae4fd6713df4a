// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.sink.metadata.Migrations;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.PostgresVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Destinations that versions of Tablecast have written: a task upgrades what it finds and goes on exactly behind it. Add
 * files for new versions; never change those of old ones. {@code -Dgolden.version=0.2} writes the file of a version, and
 * needs {@code pg_dump} for that.
 */
class StoredMetadataIT {

    private static final String GOLDEN_VERSION = System.getProperty("golden.version", "");

    /** What is in the metadata schema, down to the comments. */
    private static final String DESCRIPTION = """
            SELECT c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
                   || ' ' || a.attidentity::text || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '')
                   || ' ' || coalesce(col_description(c.oid, a.attnum), '')
            FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
            LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
            WHERE c.relnamespace = 'tablecast'::regnamespace AND c.relkind IN ('r', 'v')
            UNION ALL
            SELECT c.relname || ' ' || c.relkind::text || ' ' || coalesce(c.reloptions::text, '')
                   || ' ' || coalesce(obj_description(c.oid, 'pg_class'), '')
                   || CASE c.relkind WHEN 'v' THEN pg_get_viewdef(c.oid)
                                     WHEN 'i' THEN pg_get_indexdef(c.oid) ELSE '' END
            FROM pg_class c WHERE c.relnamespace = 'tablecast'::regnamespace
            UNION ALL
            SELECT conrelid::regclass::text || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
            WHERE connamespace = 'tablecast'::regnamespace AND contype <> 'n'
            ORDER BY 1""";

    /** {@code today} stands for what this version has just written itself. */
    @ParameterizedTest
    @ValueSource(strings = {"metadata-0.1.sql", "today"})
    void everyTableGoesOnFromItsStateAndNothingIsWrittenTwice(String stored) throws Exception {
        GoldenTopics golden = new GoldenTopics();
        golden.sendWhatIsWritten();
        try (Destination destination = stored.equals("today") ? written(golden) : restored(stored)) {
            Database database = destination.database();
            golden.sendTheRest();

            try (DrivenTask task = destination.task(GoldenTopics.SETTINGS)) {
                task.open(golden.topics());
                task.drain();
            }

            assertThat(rows(database, "orders", "label")).containsExactly("1:later:11", "2:again:21");
            assertThat(rows(database, "log", "code"))
                    .as("appended once each")
                    .containsExactly("1:entry 1:1", "2:entry 2:2", "3:entry 3:3", "4:entry 4:4");
            assertThat(rows(database, "prices", "code")).hasSize(4).contains("4:row 4:4");
            assertThat(rows(database, "items", "code")).hasSize(8).contains("1:row 1:1", "8:changed:80");
            assertThat(rows(database, "bad", "code")).containsExactly("1:row 1:1", "2:row 2:2");
            assertThat(database.column("SELECT code FROM shop.clients WHERE tablecast_deleted_at IS NOT NULL"))
                    .containsExactly("second");
            assertThat(database.column("SELECT code FROM shop.clients_deleted ORDER BY 1"))
                    .containsExactly("first", "second");
            assertThat(database.number("SELECT count(*) FROM pg_class WHERE relnamespace = 'shop'::regnamespace"
                            + " AND relkind = 'r' AND relname LIKE 'prices%'"))
                    .as("the table behind the view and the one before it; that before both is gone")
                    .isEqualTo(2);

            assertThat(database.column("SELECT snapshot_id || ' ' || rows || ' ' || outcome FROM tablecast.run_log"))
                    .contains("o1 3 loaded", "p1 2 loaded", "p2 3 loaded", "p3 4 loaded", "i1 8 loaded", "b1 2 loaded");
            assertThat(database.rows("SELECT kind, place, record_key FROM tablecast.failure"))
                    .as("what is left of the failures")
                    .containsExactly(List.of("record", "erp.shop.refused[0]@1", "(id=2)"));
            assertThat(database.number("SELECT count(*) FROM tablecast.staged_load"))
                    .isZero();
            assertThat(database.rows(
                            "SELECT rows_applied, source_time FROM tablecast.table_lag WHERE table_name = 'log'"))
                    .containsExactly(Arrays.asList("4", null));
        }
    }

    @Test
    void firstVersionOfTheMetadataIsUpgraded() throws Exception {
        TopicLog log = new TopicLog("erp.shop.orders", 0);
        Orders orders = new Orders(log, "orders");
        for (int id = 1; id <= 3; id++) {
            orders.insert(id, "a", id);
        }
        try (Destination destination = restored("metadata-version-1.sql")) {
            Database database = destination.database();
            orders.insert(4, "b", 4);

            try (DrivenTask task = destination.task("apply.mode", "append")) {
                task.open(log);
                task.drain();
            }

            assertThat(destination.orders()).containsExactly("1:a:1", "2:a:2", "3:a:3", "4:b:4");
            assertThat(database.rows("SELECT rows_applied, snapshot_at IS NOT NULL FROM tablecast.table_lag"))
                    .containsExactly(List.of("4", "t"));
            assertThat(database.column("SELECT snapshot_id FROM tablecast.run_history"))
                    .containsExactly("o0");
            assertThat(database.column("SELECT message FROM tablecast.failure")).containsExactly("refused long ago");
            assertThat(database.number("SELECT max(version) FROM tablecast.sink_version"))
                    .isEqualTo(Migrations.VERSION);
        }
    }

    /** Fails as well when a script is changed that others have run already. */
    @ParameterizedTest
    @ValueSource(strings = {"metadata-0.1.sql", "metadata-version-1.sql"})
    void upgradedMetadataIsAsThatOfANewDestination(String stored) throws Exception {
        try (Destination fresh = Destination.create();
                Destination upgraded = restored(stored)) {
            for (Destination destination : List.of(fresh, upgraded)) {
                try (DrivenTask task = destination.task()) {
                    task.open(new TopicLog("erp.shop.nothing", 0));
                    task.turnUntil(
                            "the partition is claimed",
                            () -> destination
                                    .database()
                                    .column("SELECT to_regclass('tablecast.staged_load')::text")
                                    .contains("tablecast.staged_load"));
                    task.turn();
                }
            }

            assertThat(upgraded.database().column(DESCRIPTION))
                    .isEqualTo(fresh.database().column(DESCRIPTION));
        }
    }

    /** A destination as this version leaves it behind. */
    private static Destination written(GoldenTopics golden) throws Exception {
        Destination destination = GOLDEN_VERSION.isEmpty()
                ? Destination.create()
                : Destination.on(PostgresServer.shared(PostgresVersion.OLDEST));
        Database database = destination.database();
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.bad (id bigint PRIMARY KEY, code varchar(3), amount int)",
                "CREATE TABLE shop.refused (id bigint PRIMARY KEY, code varchar(3), amount int)");
        try (DrivenTask task = destination.task("errors.tolerance", "all")) {
            task.open(golden.refused());
            task.drain();
        }
        try (DrivenTask task = destination.task(GoldenTopics.SETTINGS)) {
            task.open(golden.topics());
            task.turnUntil(
                    "a table is quarantined, and all others are written",
                    () -> database.value("SELECT to_regclass('tablecast.failure')") != null
                            && database.column("SELECT kind FROM tablecast.failure")
                                    .contains("quarantine")
                            && golden.untroubled().stream()
                                    .allMatch(topic -> destination.committedTo(topic) == topic.end()));
        }
        if (!GOLDEN_VERSION.isEmpty()) {
            dump(database);
        }
        return destination;
    }

    private static void dump(Database database) throws Exception {
        ProcessBuilder dump = new ProcessBuilder(
                "pg_dump",
                "--inserts",
                "--no-owner",
                "--no-privileges",
                "--dbname",
                database.jdbcUrl().substring("jdbc:".length()),
                "--username",
                database.user());
        dump.environment().put("PGPASSWORD", database.password());
        Process process = dump.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        // The session's settings and psql's commands are left out.
        List<String> lines = new String(process.getInputStream().readAllBytes(), UTF_8)
                .lines()
                .filter(line -> !line.startsWith("SET ")
                        && !line.startsWith("\\")
                        && !line.startsWith("--")
                        && !line.startsWith("SELECT pg_catalog.set_config")
                        && !line.isBlank())
                .toList();
        assertThat(process.waitFor()).isZero();
        Files.write(Path.of("src", "test", "resources", "golden", "metadata-" + GOLDEN_VERSION + ".sql"), lines);
    }

    private static Destination restored(String file) throws IOException {
        Destination destination = Destination.create();
        try (InputStream golden =
                Objects.requireNonNull(StoredMetadataIT.class.getResourceAsStream("/golden/" + file), file)) {
            destination.database().execute(new String(golden.readAllBytes(), UTF_8));
        }
        return destination;
    }

    private static List<String> rows(Database database, String table, String code) {
        return database.column("SELECT concat_ws(':', id, " + code + ", amount) FROM shop." + table + " ORDER BY id");
    }
}
