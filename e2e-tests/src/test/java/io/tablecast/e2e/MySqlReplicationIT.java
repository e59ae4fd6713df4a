// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.ConnectRest;
import io.tablecast.testing.ConnectWorker;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** MySQL and MariaDB through a real worker into PostgreSQL, with the configuration that ships. */
final class MySqlReplicationIT {

    private static final String CUSTOMERS = "SELECT id, name, balance, seen FROM customers ORDER BY id";

    static final String EVERY_TYPE = """
            CREATE TABLE every_type (id int PRIMARY KEY, tiny tinyint, utiny tinyint unsigned, usmall smallint unsigned,
                medium mediumint, uint int unsigned, ubig bigint unsigned, exact decimal(65,30), single float,
                twice double, flag bit(1), bits bit(10), born year, day date, at time(6), longest time(6),
                local datetime(6), moment timestamp(6) NULL, padded char(5), name varchar(20), note longtext,
                fixed binary(4), raw longblob, mood enum('it''s', 'b'), moods set('a', 'b', 'c'), doc json
            ) CHARACTER SET utf8mb4""";

    private static final String TYPES_OF_MYSQL = """
            SELECT id, tiny, utiny, usmall, medium, uint, ubig, exact, CAST(single AS CHAR), CAST(twice AS DECIMAL(30,5)), flag + 0, bits + 0,
                born + 0, IF(day = 0, NULL, CAST(day AS CHAR)),
                CAST(TRUNCATE(TIME_TO_SEC(at), 0) * 1000000 + MICROSECOND(at) AS SIGNED),
                CAST(TRUNCATE(TIME_TO_SEC(longest), 0) * 1000000
                    + IF(longest < 0, -1, 1) * MICROSECOND(longest) AS SIGNED),
                IF(local = 0, NULL, DATE_FORMAT(local, '%Y-%m-%d %H:%i:%s.%f')),
                DATE_FORMAT(moment, '%Y-%m-%d %H:%i:%s.%f'), padded, name, SHA2(note, 256), HEX(fixed), SHA2(raw, 256), mood, moods,
                JSON_TYPE(doc), JSON_UNQUOTE(JSON_EXTRACT(doc, '$.a[2]'))
            FROM every_type ORDER BY id""";

    private static final String TYPES_OF_POSTGRES = """
            SELECT id, tiny, utiny, usmall, medium, uint, ubig, exact, single, twice::numeric(30,5), flag::int, bits::int, born, day,
                (extract(epoch FROM at) * 1000000)::bigint, (extract(epoch FROM longest) * 1000000)::bigint,
                to_char(local, 'YYYY-MM-DD HH24:MI:SS.US'),
                to_char(moment AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), padded, name, encode(sha256(convert_to(note, 'UTF8')), 'hex'),
                upper(encode(fixed, 'hex')), encode(sha256(raw), 'hex'), mood, moods,
                CASE jsonb_typeof(doc::jsonb) WHEN 'object' THEN 'OBJECT' WHEN 'null' THEN 'NULL'
                    WHEN 'string' THEN 'STRING' END,
                doc::jsonb -> 'a' ->> 2
            FROM %s.every_type ORDER BY id""";

    private static ConnectWorker worker;

    @BeforeAll
    static void startWorker() {
        worker = ConnectWorker.start(
                KafkaBroker.shared(), Plugins.built(), Replication.options(ExactlyOnceSource.ENABLED));
    }

    @AfterAll
    static void stopWorker() {
        worker.close();
    }

    static List<MySqlRelease> available() {
        return Stream.of(MySqlRelease.MYSQL, MySqlRelease.MYSQL_8_0, MySqlRelease.MARIADB_11_4)
                .filter(MySqlRelease::isAvailable)
                .toList();
    }

    /** What a test's connectors and topics are called. */
    static String name(MySqlRelease release, String test) {
        return release.title().replaceAll("[ .]", "").toLowerCase(Locale.ROOT) + test;
    }

    @ParameterizedTest
    @MethodSource("available")
    void copyAndChangesArriveAcrossARestart(MySqlRelease release) {
        String name = name(release, "rows");
        try (MySqlDatabase source = MySqlServer.shared(release).createDatabase();
                Database destination = PostgresServer.shared().createDatabase();
                Connectors connectors = new Connectors(name)) {
            ConnectRest rest = connectors.rest();
            source.execute(
                    "CREATE TABLE customers (id int AUTO_INCREMENT PRIMARY KEY, name varchar(60) NOT NULL,"
                            + " balance decimal(12,2) DEFAULT 0, seen datetime(6))",
                    "INSERT INTO customers (name, balance, seen) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL"
                            + " SELECT i + 1 FROM n WHERE i < 900) SELECT CONCAT('customer ', i), i / 4,"
                            + " '2026-01-31 12:00:00.123456' FROM n",
                    "CREATE TABLE `order lines` (order_id bigint unsigned, line smallint, note text, PRIMARY KEY (order_id, line))",
                    "INSERT INTO `order lines` VALUES (18446744073709551615, 1, 'é😀'), (1, 2, NULL)");
            rest.putConnector(name + "-source", sourceConfiguration("mysql-binlog-source.json", source, name));
            rest.putConnector(name + "-sink", sinkConfiguration(source, destination, name));
            rest.awaitRunning(name + "-source", Replication.PATIENCE);
            awaitCustomers(source, destination);

            source.execute(
                    "UPDATE customers SET balance = balance + 1 WHERE id % 3 = 0",
                    "DELETE FROM customers WHERE id % 10 = 1",
                    "UPDATE customers SET id = id + 10000 WHERE id BETWEEN 500 AND 510",
                    "ALTER TABLE customers ADD COLUMN country char(2) NOT NULL DEFAULT 'CH'",
                    "INSERT INTO customers (name, country) VALUES ('new', 'IT')");
            awaitCustomers(source, destination);
            rest.restart(name + "-source");
            source.execute("UPDATE customers SET name = UPPER(name) WHERE id > 800");
            awaitCustomers(source, destination);

            source.execute("CREATE TABLE later (id int PRIMARY KEY)", "INSERT INTO later VALUES (1), (2)");
            String later = Database.quote(source.name()) + ".later";
            Conditions.await(
                    Replication.PATIENCE,
                    "the table that came later has not arrived",
                    () -> destination.value("SELECT to_regclass('" + later + "')") != null
                            && destination
                                    .column("SELECT id FROM " + later + " ORDER BY 1")
                                    .equals(List.of("1", "2")));
            Conditions.await(
                    Replication.PATIENCE,
                    "the order lines have not arrived",
                    () -> destination
                            .rows("SELECT order_id, line, note FROM " + Database.quote(source.name())
                                    + ".\"order lines\" ORDER BY 2")
                            .equals(source.rows("SELECT order_id, line, note FROM `order lines` ORDER BY 2")));
            assertThat(destination.column("SELECT country FROM " + Database.quote(source.name())
                            + ".customers WHERE name IN ('NEW', 'CUSTOMER 900') ORDER BY 1"))
                    .containsExactly("CH", "IT");
            assertThat(destination.value("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = '"
                            + source.name() + ".customers'::regclass AND attname = 'balance'"))
                    .isEqualTo("numeric(12,2)");
        }
    }

    /** Columns of every kind, with the ends of their ranges; both servers write them alike when asked like this. */
    @ParameterizedTest
    @MethodSource("available")
    void valuesOfEveryTypeArriveByCopyAndByStream(MySqlRelease release) {
        String name = name(release, "types");
        try (MySqlDatabase source = MySqlServer.shared(release).createDatabase();
                Database destination = PostgresServer.shared().createDatabase();
                Connectors connectors = new Connectors(name)) {
            source.execute(EVERY_TYPE, insertEveryType(1));
            connectors
                    .rest()
                    .putConnector(name + "-source", sourceConfiguration("mysql-binlog-source.json", source, name));
            Map<String, String> sink = sinkConfiguration(source, destination, name);
            sink.put("type.overrides", "column longest:interval");
            connectors.rest().putConnector(name + "-sink", sink);
            connectors.rest().awaitRunning(name + "-sink", Replication.PATIENCE);
            awaitEveryType(source, destination);

            source.execute(insertEveryType(11));
            awaitEveryType(source, destination);
            assertThat(destination.column("SELECT DISTINCT longest::text FROM " + Database.quote(source.name())
                            + ".every_type WHERE longest IS NOT NULL ORDER BY 1"))
                    .containsExactly("-838:59:59", "00:00:00.05", "25:00:00.000001");
        }
    }

    private static void awaitEveryType(MySqlDatabase source, Database destination) {
        List<List<String>> expected = source.rows(TYPES_OF_MYSQL);
        String query = TYPES_OF_POSTGRES.formatted(Database.quote(source.name()));
        Conditions.await(
                Replication.PATIENCE,
                () -> "not " + expected + " but "
                        + (exists(destination, source.name(), "every_type") ? destination.rows(query) : "no table"),
                () -> exists(destination, source.name(), "every_type")
                        && destination.rows(query).equals(expected));
    }

    /** In a session that takes values that no calendar has. */
    static String insertEveryType(int id) {
        return """
                SET sql_mode = ''; INSERT INTO every_type VALUES
                (%1$d, -128, 255, 65535, -8388608, 4294967295, 18446744073709551615,
                 -12345678901234567890123456789012345.123456789012345678901234567890, 3.14, 0.1, b'1', b'1000000001',
                 2026, '2026-01-31', '23:59:59.999999', '-838:59:59', '2026-01-31 12:34:56.789012',
                 '2026-07-01 12:00:00.123450', 'ab', ' é😀 ', 'it''s', X'01000000', X'00FF', 'it''s', 'c,a',
                 '{"a": [1, 2.5, "é"]}'),
                (%1$d + 1, 127, 0, 0, 8388607, 0, 0, 0.5, -1.5, -1.5e10, b'0', b'0', 0, '0000-00-00', '00:00:00',
                 '25:00:00.000001', '0000-00-00 00:00:00', NULL, '', '', '', X'', X'', 'b', '', 'null'),
                (%1$d + 2, 1, 1, 1, 1, 1, 9223372036854775808, 1, 1, 1, b'1', b'1', 1901, '9999-12-31', '00:00:00.000001',
                 '00:00:00.05', '9999-12-31 23:59:59.999999', '2038-01-19 03:14:07.999999', 'x', 'x', REPEAT('x', 70000),
                 X'FF', REPEAT(X'FF', 70000), 'b', 'b', '"text"'),
                (%1$d + 3, %2$s)""".formatted(id, String.join(", ", Collections.nCopies(25, "NULL")));
    }

    @ParameterizedTest
    @MethodSource("available")
    void wholeTablesAreSwappedInAgainAndAgain(MySqlRelease release) {
        String name = name(release, "copies");
        try (MySqlDatabase source = MySqlServer.shared(release).createDatabase();
                Database destination = PostgresServer.shared().createDatabase();
                Connectors connectors = new Connectors(name)) {
            ConnectRest rest = connectors.rest();
            source.execute(
                    "CREATE TABLE customers (id int, name varchar(60), balance decimal(12,2), seen datetime(6))",
                    "INSERT INTO customers WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n"
                            + " WHERE i < 900) SELECT i, CONCAT('customer ', i), i / 4, '2026-01-31 12:00:00.123456'"
                            + " FROM n");
            Map<String, String> configuration = sourceConfiguration("mysql-snapshot-source.json", source, name);
            configuration.put("poll.interval.ms", "500");
            rest.putConnector(name + "-source", configuration);
            rest.putConnector(name + "-sink", sinkConfiguration(source, destination, name));
            rest.awaitRunning(name + "-source", Replication.PATIENCE);
            awaitCustomers(source, destination);

            source.execute(
                    "DELETE FROM customers WHERE id % 3 = 0",
                    "UPDATE customers SET balance = balance + 1 WHERE id % 2 = 0",
                    "INSERT INTO customers VALUES (1000, 'é😀', 0, NULL)");
            awaitCustomers(source, destination);
            rest.restart(name + "-source");
            source.execute("TRUNCATE TABLE customers");
            awaitCustomers(source, destination);
        }
    }

    @ParameterizedTest
    @MethodSource("available")
    void newAndChangedRowsArriveByTheirTime(MySqlRelease release) {
        String name = name(release, "changes");
        try (MySqlDatabase source = MySqlServer.shared(release).createDatabase();
                Database destination = PostgresServer.shared().createDatabase();
                Connectors connectors = new Connectors(name)) {
            ConnectRest rest = connectors.rest();
            source.execute(
                    "CREATE TABLE customers (id int PRIMARY KEY, name varchar(60), balance decimal(12,2),"
                            + " seen datetime(6), updated_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)"
                            + " ON UPDATE CURRENT_TIMESTAMP(6), KEY (updated_at))",
                    "INSERT INTO customers (id, name, balance) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1"
                            + " FROM n WHERE i < 900) SELECT i, CONCAT('customer ', i), i / 4 FROM n");
            Map<String, String> configuration = sourceConfiguration("mysql-incremental-source.json", source, name);
            configuration.put("control.column", "updated_at");
            configuration.put("boundary", "0");
            configuration.put("batch.max.rows", "100");
            rest.putConnector(name + "-source", configuration);
            rest.putConnector(name + "-sink", sinkConfiguration(source, destination, name));
            rest.awaitRunning(name + "-source", Replication.PATIENCE);
            awaitCustomers(source, destination);

            source.execute(
                    "UPDATE customers SET balance = balance + 1 WHERE id % 2 = 0",
                    "ALTER TABLE customers ADD COLUMN country char(2) NOT NULL DEFAULT 'CH'",
                    "INSERT INTO customers (id, name, balance, country) VALUES (1000, 'é😀', 0, 'IT')");
            awaitCustomers(source, destination);
            rest.restart(name + "-source");
            source.execute("UPDATE customers SET seen = '2026-01-31 12:00:00.123456' WHERE id > 800");
            awaitCustomers(source, destination);
            assertThat(destination.column("SELECT country FROM " + Database.quote(source.name())
                            + ".customers WHERE id IN (1, 1000) ORDER BY id"))
                    .containsExactly("CH", "IT");
        }
    }

    private static void awaitCustomers(MySqlDatabase source, Database destination) {
        List<List<String>> expected = source.rows(CUSTOMERS);
        String query = CUSTOMERS.replace("customers", Database.quote(source.name()) + ".customers");
        Conditions.await(
                Replication.PATIENCE,
                "the customers have not arrived",
                () -> exists(destination, source.name(), "customers")
                        && destination.rows(query).equals(expected));
    }

    private static boolean exists(Database destination, String schema, String table) {
        return destination.value("SELECT to_regclass('" + schema + "." + table + "')") != null;
    }

    static Map<String, String> sourceConfiguration(String file, MySqlDatabase source, String prefix) {
        Map<String, String> configuration = new HashMap<>(ShippedConfiguration.read(file));
        configuration.put("connection.url", source.server().jdbcUrl());
        configuration.put("connection.user", source.user());
        configuration.put("connection.password", source.password());
        configuration.put("topic.prefix", prefix);
        configuration.put("table.include.list", source.name() + "\\..*");
        configuration.put("snapshot.chunk.rows", "100");
        return configuration;
    }

    static Map<String, String> sinkConfiguration(MySqlDatabase source, Database destination, String prefix) {
        Map<String, String> configuration = new HashMap<>(ShippedConfiguration.read("postgres-sink.json"));
        configuration.put("connection.url", destination.jdbcUrl());
        configuration.put("connection.user", destination.user());
        configuration.put("connection.password", destination.password());
        configuration.put("topics.regex", prefix + "\\." + source.name() + "\\..*");
        configuration.put("consumer.override.metadata.max.age.ms", "1000");
        return configuration;
    }

    /** The source and the sink of one test, which go with it. */
    private record Connectors(String name) implements AutoCloseable {

        ConnectRest rest() {
            return worker.rest();
        }

        @Override
        public void close() {
            rest().delete(name + "-source");
            rest().delete(name + "-sink");
        }
    }
}
