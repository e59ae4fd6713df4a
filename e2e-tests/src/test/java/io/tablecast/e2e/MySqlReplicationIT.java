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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** MySQL and MariaDB through a real worker into PostgreSQL, with the configuration that ships. */
final class MySqlReplicationIT {

    private static final String CUSTOMERS = "SELECT id, name, balance, seen FROM customers ORDER BY id";

    static List<MySqlRelease> available() {
        return List.of(MySqlRelease.preferred(), MySqlRelease.MARIADB_11_4).stream()
                .distinct()
                .toList();
    }

    @ParameterizedTest
    @MethodSource("available")
    void copyAndChangesArriveAcrossARestart(MySqlRelease release) {
        String name = release.isMariaDb() ? "maria" : "mysql";
        try (MySqlDatabase source = MySqlServer.shared(release).createDatabase();
                Database destination = PostgresServer.shared().createDatabase();
                ConnectWorker worker = ConnectWorker.start(
                        KafkaBroker.shared(), Plugins.built(), Replication.options(ExactlyOnceSource.ENABLED))) {
            ConnectRest rest = worker.rest();
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

    @ParameterizedTest
    @MethodSource("available")
    void wholeTablesAreSwappedInAgainAndAgain(MySqlRelease release) {
        String name = release.isMariaDb() ? "mariacopies" : "mysqlcopies";
        try (MySqlDatabase source = MySqlServer.shared(release).createDatabase();
                Database destination = PostgresServer.shared().createDatabase();
                ConnectWorker worker = ConnectWorker.start(
                        KafkaBroker.shared(), Plugins.built(), Replication.options(ExactlyOnceSource.ENABLED))) {
            ConnectRest rest = worker.rest();
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
        String name = release.isMariaDb() ? "mariarows" : "mysqlrows";
        try (MySqlDatabase source = MySqlServer.shared(release).createDatabase();
                Database destination = PostgresServer.shared().createDatabase();
                ConnectWorker worker = ConnectWorker.start(
                        KafkaBroker.shared(), Plugins.built(), Replication.options(ExactlyOnceSource.ENABLED))) {
            ConnectRest rest = worker.rest();
            source.execute(
                    "CREATE TABLE customers (id int PRIMARY KEY, name varchar(60), balance decimal(12,2),"
                            + " seen datetime(6), updated_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)"
                            + " ON UPDATE CURRENT_TIMESTAMP(6), KEY (updated_at))",
                    "INSERT INTO customers (id, name, balance) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1"
                            + " FROM n WHERE i < 900) SELECT i, CONCAT('customer ', i), i / 4 FROM n");
            Map<String, String> configuration = sourceConfiguration("mysql-incremental-source.json", source, name);
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
                () -> exists(destination, source.name())
                        && destination.rows(query).equals(expected));
    }

    private static boolean exists(Database destination, String schema) {
        return destination.value("SELECT to_regclass('" + schema + ".customers')") != null;
    }

    private static Map<String, String> sourceConfiguration(String file, MySqlDatabase source, String prefix) {
        Map<String, String> configuration = new HashMap<>(ShippedConfiguration.read(file));
        configuration.put("connection.url", source.server().jdbcUrl());
        configuration.put("connection.user", source.user());
        configuration.put("connection.password", source.password());
        configuration.put("topic.prefix", prefix);
        configuration.put("table.include.list", source.name() + "\\..*");
        configuration.put("snapshot.chunk.rows", "100");
        return configuration;
    }

    private static Map<String, String> sinkConfiguration(MySqlDatabase source, Database destination, String prefix) {
        Map<String, String> configuration = new HashMap<>(ShippedConfiguration.read("postgres-sink.json"));
        configuration.put("connection.url", destination.jdbcUrl());
        configuration.put("connection.user", destination.user());
        configuration.put("connection.password", destination.password());
        configuration.put("topics.regex", prefix + "\\." + source.name() + "\\..*");
        configuration.put("consumer.override.metadata.max.age.ms", "1000");
        return configuration;
    }
}
