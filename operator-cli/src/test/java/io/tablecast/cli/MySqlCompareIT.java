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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code tablecast compare} between MySQL or MariaDB and PostgreSQL, with a pipeline between them. */
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
                    "CREATE TABLE log (line varchar(20), n int)",
                    "INSERT INTO log VALUES ('same', 1), ('same', 1), ('other', NULL)");
            CommandRun deployed =
                    DeployedShop.connect("deploy", sourceFile(prefix, source), sinkFile(prefix, source, destination));
            assertThat(deployed.exitCode()).as(deployed.err()).isZero();
            try {
                String schema = Database.quote(source.name());
                awaitRows(destination, schema + ".orders", ROWS);
                awaitRows(destination, schema + ".every_kind", 2);
                awaitRows(destination, schema + ".log", 3);

                CommandRun equal = run(prefix, "--wait", "20");

                assertThat(equal.exitCode()).as(equal.out() + equal.err()).isZero();
                assertThat(equal.out())
                        .contains(source.name() + ".orders: equal, 6,000 rows, keys 1 to 6000 (")
                        .contains(source.name() + ".every_kind: equal, 2 rows (")
                        .contains(source.name() + ".log: equal, 3 rows (");

                destination.execute(
                        "DELETE FROM " + schema + ".orders WHERE id = 7",
                        "UPDATE " + schema + ".orders SET amount = amount + 0.0001 WHERE id = 5000",
                        "INSERT INTO " + schema + ".orders (id) VALUES (7000)",
                        "UPDATE " + schema
                                + ".every_kind SET doc = '{\"a\": 100, \"b\": [1, null, \"e\"]}' WHERE k1 = 'é'");
                CommandRun different = run(prefix, "--wait", "1");

                assertThat(different.exitCode()).isEqualTo(1);
                assertThat(different.out())
                        .contains(source.name() + ".orders: 3 rows differ, 6,000 rows at the source, 6,000 at the")
                        .contains("  missing  id=7\n", "  different  id=5000\n", "  extra  id=7000\n")
                        .contains("  different  k1=é, k2=18446744073709551615\n");
            } finally {
                List.of(prefix + "-source", prefix + "-sink").forEach(Cluster.rest()::delete);
            }
        }
    }

    private static CommandRun run(String prefix, Object... more) {
        List<Object> arguments =
                new ArrayList<>(List.of("--connector", prefix + "-source", "--connector", prefix + "-sink"));
        arguments.addAll(List.of(more));
        return DeployedShop.connect("compare", arguments.toArray());
    }

    private Path sourceFile(String prefix, MySqlDatabase source) throws IOException {
        return file(
                prefix + "-source",
                Map.of(
                        "connector.class",
                        "io.tablecast.source.MySqlSourceConnector",
                        "connection.url",
                        source.server().jdbcUrl(),
                        "connection.user",
                        source.user(),
                        "connection.password",
                        source.password(),
                        "topic.prefix",
                        prefix,
                        "mode",
                        "binlog",
                        "table." + source.name() + ".log.mode",
                        "snapshot",
                        "table.include.list",
                        source.name() + "\\..*",
                        "topic.creation.default.partitions",
                        "1",
                        "topic.creation.default.replication.factor",
                        "1"));
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

    private static void awaitRows(Database destination, String table, long count) {
        Conditions.await(
                DeployedShop.PATIENCE,
                () -> table + " should have " + count + " rows",
                () -> destination.value("SELECT to_regclass('" + table + "')") != null
                        && destination.number("SELECT count(*) FROM " + table) == count);
    }
}
