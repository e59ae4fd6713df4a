// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the command says and does between MySQL or MariaDB and PostgreSQL. */
class MySqlCompareIT {

    private static final int ROWS = 6_000;

    @TempDir
    private Path folder;

    static List<MySqlRelease> available() {
        return List.of(MySqlRelease.preferred(), MySqlRelease.MARIADB_11_4).stream()
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("available")
    void rowsAreComparedByWhatTheySay(MySqlRelease release) throws IOException {
        String prefix = release.isMariaDb() ? "mariacompare" : "mysqlcompare";
        try (MySqlDatabase source = MySqlServer.shared(release).createDatabase();
                Database destination = PostgresServer.shared().createDatabase()) {
            source.execute(
                    "CREATE TABLE orders (id int PRIMARY KEY, amount decimal(12,4), note varchar(40), at timestamp(3) NULL)",
                    "INSERT INTO orders WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
                            + " SELECT i, i / 3, CONCAT('note ', i), '2026-01-31 12:00:00.5' FROM n",
                    "INSERT INTO orders SELECT id + 900, amount, note, at FROM orders WHERE id <= 900",
                    "INSERT INTO orders SELECT id + 1800, amount, note, at FROM orders",
                    "INSERT INTO orders SELECT id + 3600, amount, note, at FROM orders WHERE id <= 2400",
                    "CREATE TABLE every_kind (k1 varchar(10), k2 bigint unsigned, t tinyint, b tinyint(1), f float,"
                            + " d double, n decimal(30,10), y year, day date, at datetime(6), moment timestamp NULL,"
                            + " clock time(3), c char(10), txt text, bin binary(4), vb varbinary(10), doc json,"
                            + " e enum('small', 'large'), s set('x', 'y'), bits bit(12), PRIMARY KEY (k1, k2))",
                    "INSERT INTO every_kind VALUES ('é', 18446744073709551615, -128, 1, 0.1, 1e300, 1.5, 2026, '0999-12-31',"
                            + " '2026-01-31 12:00:00.123456', '2026-03-29 00:30:00', '23:59:59.5', 'pad', 'a\\tb', x'0001',"
                            + " x'ff', '{\"b\": [1.0, null, \"é\"], \"a\": 1e2}', 'large', 'x,y', b'101')",
                    "INSERT INTO every_kind (k1, k2, moment) VALUES ('z', 0, NULL)",
                    "CREATE TABLE events (id int PRIMARY KEY, at datetime(6) NOT NULL, position point, KEY (at))",
                    "INSERT INTO events VALUES (1, '2026-01-01 00:00:00', NULL), (2, '2026-01-02 00:00:00.000001', NULL),"
                            + " (3, '2026-01-03 00:00:00', NULL)",
                    "CREATE TABLE log (line varchar(20), n int)",
                    "INSERT INTO log VALUES ('same', 1), ('same', 1), ('other', NULL)");
            CommandRun checked = CommandRun.of(KnownConnectors.onClassPath(), "check", sourceFile(prefix, source));
            CommandRun deployed =
                    DeployedShop.connect("deploy", sourceFile(prefix, source), sinkFile(prefix, source, destination));
            assertThat(checked.exitCode()).as(checked.out() + checked.err()).isZero();
            assertThat(deployed.exitCode()).as(deployed.err()).isZero();
            try {
                String schema = Database.quote(source.name());
                awaitRows(destination, schema + ".orders", ROWS);
                awaitRows(destination, schema + ".every_kind", 2);
                awaitRows(destination, schema + ".events", 3);
                source.execute("INSERT INTO events VALUES (4, NOW(6), NULL)");
                awaitRead(prefix, source.name() + ".events");
                awaitRows(destination, schema + ".events", 4);
                awaitRows(destination, schema + ".log", 3);

                CommandRun nothing = run("missing", prefix);
                CommandRun status = run("status", prefix);
                CommandRun equal = compare(prefix, "--wait", "20");

                assertThat(nothing).isEqualTo(new CommandRun(0, "", ""));
                assertThat(status.out())
                        .containsPattern(source.name() + "\\.orders +binlog +\\S+")
                        .containsPattern(source.name() + "\\.events +incremental +\\S+")
                        .containsPattern(source.name() + "\\.log +snapshot +\\S+");
                assertThat(equal.exitCode()).as(equal.out() + equal.err()).isZero();
                assertThat(equal.out())
                        .contains(source.name() + ".orders: equal, 6,000 rows, keys 1 to 6000 (")
                        .contains(source.name() + ".every_kind: equal, 2 rows (")
                        .contains(source.name() + ".events: equal, 4 rows, keys 1 to 4 (")
                        .contains("  column position is left out: its values cannot be compared with those of type")
                        .contains("  rows are compared up to at 20")
                        .contains(source.name() + ".log: equal, 3 rows (");
                assertThat(equal.out().lines().filter(line -> line.contains("is left out")))
                        .as("Only what has no common form is left out")
                        .hasSize(1);

                destination.execute(
                        "DELETE FROM " + schema + ".orders WHERE id = 7",
                        "UPDATE " + schema + ".orders SET amount = amount + 0.0001 WHERE id = 5000",
                        "INSERT INTO " + schema + ".orders (id) VALUES (7000)",
                        "UPDATE " + schema
                                + ".every_kind SET doc = '{\"a\": 100, \"b\": [1, null, \"e\"]}' WHERE k1 = 'é'");
                CommandRun different = compare(prefix, "--wait", "1");
                destination.execute(
                        "ALTER TABLE " + schema + ".orders ALTER id DROP NOT NULL",
                        "INSERT INTO " + schema + ".orders (note) VALUES ('hand-made')");
                CommandRun handMade = compare(prefix, source.name() + ".orders", "--wait", "1");
                destination.execute(
                        "DELETE FROM " + schema + ".orders WHERE id IS NULL",
                        "ALTER TABLE " + schema + ".orders ALTER id SET NOT NULL");

                assertThat(different.exitCode()).isEqualTo(1);
                assertThat(different.out())
                        .contains(source.name() + ".orders: 3 rows differ, 6,000 rows at the source, 6,000 at the")
                        .contains("  missing  id=7\n", "  different  id=5000\n", "  extra  id=7000\n")
                        .contains("  different  k1=é, k2=18446744073709551615\n");

                assertThat(handMade.out()).as(handMade.err()).contains("orders: 4 rows differ", "  extra  id=NULL\n");

                CommandRun repull = run("repull", prefix, source.name() + ".orders");
                CommandRun repaired = compare(prefix, source.name() + ".orders", "--wait", "60");

                assertThat(repull).isEqualTo(new CommandRun(0, source.name() + ".orders: is copied again\n", ""));
                assertThat(repaired.out()).contains(source.name() + ".orders: equal, 6,000 rows");

                source.execute("DELETE FROM events WHERE id = 1");
                destination.execute("UPDATE " + schema + ".events SET at = at + interval '1 us' WHERE id = 2");
                CommandRun purged = compare(prefix, source.name() + ".events", "--wait", "1");
                CommandRun range = compare(
                        prefix, source.name() + ".events", "--wait", "1", "--from", "2026-01-03", "--to", "2026-01-04");

                assertThat(purged.exitCode()).isEqualTo(1);
                assertThat(purged.out())
                        .contains(source.name() + ".events: 1 row differs, 3 rows at the source, 4 at the destination")
                        .contains("  1 further rows at the destination, as its mode allows\n", "  different  id=2\n");
                assertThat(range.exitCode()).as(range.out() + range.err()).isZero();
                assertThat(range.out()).contains(source.name() + ".events: equal, 1 rows, keys 3 to 3 (");

                Cluster.rest().stop(prefix + "-sink", DeployedShop.PATIENCE);
                Cluster.rest().stop(prefix + "-source", DeployedShop.PATIENCE);
                source.execute(
                        "ALTER TABLE orders ADD COLUMN more int unsigned",
                        "ALTER TABLE log ADD CONSTRAINT log_of_order FOREIGN KEY (n) REFERENCES orders (id) ON DELETE CASCADE");
                destination.execute(
                        "ALTER TABLE " + schema + ".every_kind ALTER COLUMN n TYPE text, ADD COLUMN own int",
                        "DROP VIEW " + schema + ".log");
                CommandRun missing = run("missing", prefix);
                CommandRun created = run("copy-schema", prefix, "--foreign-keys", source.name() + ".log");
                CommandRun again = run("copy-schema", prefix, source.name() + ".*");

                String at = " at the destination of " + prefix + "-sink\n";
                assertThat(missing.out().replaceAll("(?m)^\\S+ +\\S+\\.", "").replaceAll("  +", " "))
                        .isEqualTo("every_kind column n is decimal(30,10), which becomes numeric(30,10), and text" + at
                                + "every_kind column own is only" + at
                                + "log there is no table " + source.name() + ".log" + at
                                + "orders column more is not there" + at);
                assertThat(created.out()).isEqualTo(source.name() + ".log: created\n");
                assertThat(created.err()).isEmpty();
                assertThat(destination.value(
                                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'log_of_order'"))
                        // MariaDB's default is RESTRICT, MySQL's NO ACTION.
                        .matches("FOREIGN KEY \\(n\\) REFERENCES " + source.name()
                                + "\\.orders\\(id\\)( ON UPDATE RESTRICT)? ON DELETE CASCADE");
                assertThat(again.out())
                        .contains(source.name() + ".log: is there\n", source.name() + ".orders: is there\n");
                assertThat(destination.column(
                                "SELECT data_type FROM information_schema.columns WHERE table_name = 'log'"
                                        + " AND table_schema = '" + source.name() + "' ORDER BY ordinal_position"))
                        .containsExactly("character varying", "integer");

                destination.execute("ALTER TABLE " + schema + ".log DROP CONSTRAINT log_of_order");
                secrets("wrong");
                CommandRun blind = run("detach", prefix, "--sink", prefix + "-sink", source.name() + ".log");
                Files.writeString(folder.resolve("secrets.properties"), "");
                CommandRun unread = run("detach", prefix, "--sink", prefix + "-sink", source.name() + ".log");
                secrets(source.password());
                CommandRun detached = run("detach", prefix, "--sink", prefix + "-sink", source.name() + ".log");

                assertThat(blind.exitCode()).isEqualTo(1);
                assertThat(blind.out()).isEmpty();
                assertThat(blind.err())
                        .startsWith("The foreign keys of " + source.name() + ".log cannot be read from " + prefix
                                + "-source: ")
                        .contains("Access denied for user")
                        .endsWith("Nothing was done. Let the source answer, or make no foreign keys by"
                                + " --no-foreign-keys.\n");
                assertThat(unread.exitCode()).isEqualTo(1);
                assertThat(unread.err())
                        .contains(prefix + "-source: " + prefix + "-source cannot be read here: connection.password")
                        .contains("Nothing was done.");
                assertThat(detached).isEqualTo(new CommandRun(0, source.name() + ".log: detached\n", ""));
                assertThat(destination.value("SELECT convalidated FROM pg_constraint WHERE conname = 'log_of_order'"))
                        .isEqualTo("t");
            } finally {
                List.of(prefix + "-source", prefix + "-sink").forEach(Cluster.rest()::delete);
            }
        }
    }

    private static CommandRun compare(String prefix, Object... more) {
        return run("compare", prefix, more);
    }

    private static CommandRun run(String command, String prefix, Object... more) {
        List<Object> arguments =
                new ArrayList<>(List.of("--connector", prefix + "-source", "--connector", prefix + "-sink"));
        arguments.addAll(List.of(more));
        return DeployedShop.connect(command, arguments.toArray());
    }

    private Path sourceFile(String prefix, MySqlDatabase source) throws IOException {
        return file(
                prefix + "-source",
                Map.ofEntries(
                        Map.entry("connector.class", "io.tablecast.source.MySqlSourceConnector"),
                        Map.entry("connection.url", source.server().jdbcUrl()),
                        Map.entry("connection.user", source.user()),
                        Map.entry("connection.password", "${file:" + secrets(source.password()) + ":source}"),
                        Map.entry("topic.prefix", prefix),
                        Map.entry("mode", "binlog"),
                        Map.entry("table." + source.name() + ".log.mode", "snapshot"),
                        Map.entry("table." + source.name() + ".events.mode", "incremental"),
                        Map.entry("table." + source.name() + ".events.control.column", "at"),
                        Map.entry("table.include.list", source.name() + "\\..*"),
                        Map.entry("topic.creation.default.partitions", "1"),
                        Map.entry("topic.creation.default.replication.factor", "1")));
    }

    private Path secrets(String password) throws IOException {
        return Files.writeString(folder.resolve("secrets.properties"), "source=" + password + "\n");
    }

    private Path sinkFile(String prefix, MySqlDatabase source, Database destination) throws IOException {
        return file(
                prefix + "-sink",
                Map.of(
                        "connector.class",
                        "io.tablecast.sink.PostgresSinkConnector",
                        "connection.url",
                        destination.jdbcUrl(),
                        "connection.user",
                        destination.user(),
                        "connection.password",
                        destination.password(),
                        "topics.regex",
                        prefix + "\\." + source.name() + "\\..*",
                        "consumer.override.isolation.level",
                        "read_committed",
                        "consumer.override.metadata.max.age.ms",
                        "1000"));
    }

    private Path file(String name, Map<String, String> own) throws IOException {
        Map<String, String> settings = new HashMap<>(own);
        settings.put("tasks.max", "1");
        settings.put("value.converter.replace.null.with.default", "false");
        settings.put("key.converter", "io.tablecast.json.TablecastJsonConverter");
        settings.put("value.converter", "io.tablecast.json.TablecastJsonConverter");
        Path file = folder.resolve(name + ".json");
        new ObjectMapper().writeValue(file.toFile(), settings);
        return file;
    }

    /** Until the source has read a row that came after its first copy. */
    private static void awaitRead(String prefix, String table) {
        Conditions.await(
                DeployedShop.PATIENCE,
                () -> table + " has not been read on",
                () -> Cluster.rest().offsets(prefix + "-source").stream()
                        .filter(offset -> offset.partition().containsValue(prefix + "/" + table))
                        .anyMatch(offset -> offset.offset().containsKey("control.after")));
    }

    private static void awaitRows(Database destination, String table, long count) {
        Conditions.await(
                DeployedShop.PATIENCE,
                () -> table + " should have " + count + " rows",
                () -> destination.value("SELECT to_regclass('" + table + "')") != null
                        && destination.number("SELECT count(*) FROM " + table) == count);
    }
}
