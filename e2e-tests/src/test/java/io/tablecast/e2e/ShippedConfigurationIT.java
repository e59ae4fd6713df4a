// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.ConfigurationCheck;
import io.tablecast.testing.ConnectWorker;
import io.tablecast.testing.ContentComparison;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlOptions;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.SchemaRegistry;
import io.tablecast.testing.TableContents;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Every connector file of {@code config}, as it ships, on a worker whose environment has what the files ask for. Only
 * topics are told apart, because several files would write the same ones.
 */
final class ShippedConfigurationIT {

    private static final String SHOP = """
            CREATE SCHEMA shop;
            CREATE TABLE shop.customers (id int PRIMARY KEY, name text);
            CREATE TABLE shop.products (id int PRIMARY KEY, price numeric(8,2));
            CREATE TABLE shop.orders (id int PRIMARY KEY, ordered_at timestamptz NOT NULL, updated_at timestamp);
            CREATE TABLE shop.order_lines (order_id int, line int, quantity int, PRIMARY KEY (order_id, line));
            CREATE TABLE shop.prices (product_id int, price numeric(8,2));
            CREATE TABLE shop.stock (product_id int PRIMARY KEY, quantity int);
            CREATE VIEW shop.sales_per_day AS
                SELECT ordered_at::date AS day, count(*) AS orders FROM shop.orders GROUP BY 1;
            INSERT INTO shop.customers SELECT i, 'name ' || i FROM generate_series(1, 10) AS i;
            INSERT INTO shop.products SELECT i, i / 4.0 FROM generate_series(1, 10) AS i;
            INSERT INTO shop.orders SELECT i, '2026-01-31 12:00:00.5+00', '2026-01-31 13:00:00' FROM generate_series(1, 10) AS i;
            INSERT INTO shop.order_lines SELECT i, 1, i FROM generate_series(1, 10) AS i;
            INSERT INTO shop.prices SELECT i, i / 4.0 FROM generate_series(1, 10) AS i;
            INSERT INTO shop.stock SELECT i, i FROM generate_series(1, 10) AS i;
            """;
    /** The same rows in MySQL. */
    private static final String[] WEBSHOP = {
        "CREATE TABLE numbers (i int)",
        "INSERT INTO numbers VALUES (1), (2), (3), (4), (5), (6), (7), (8), (9), (10)",
        "CREATE TABLE customers (id int PRIMARY KEY, name text)",
        "INSERT INTO customers SELECT i, CONCAT('name ', i) FROM numbers",
        "CREATE TABLE products (id int PRIMARY KEY, price decimal(8,2))",
        "INSERT INTO products SELECT i, i / 4.0 FROM numbers",
        "CREATE TABLE orders (id int PRIMARY KEY, ordered_at timestamp(6) NOT NULL, updated_at datetime(6))",
        "INSERT INTO orders SELECT i, '2026-01-31 12:00:00.5', '2026-01-31 13:00:00' FROM numbers",
        "CREATE TABLE order_lines (order_id int, line int, quantity int, PRIMARY KEY (order_id, line))",
        "INSERT INTO order_lines SELECT i, 1, i FROM numbers",
        "CREATE TABLE prices (product_id int, price decimal(8,2))",
        "INSERT INTO prices SELECT i, i / 4.0 FROM numbers",
        "CREATE TABLE stock (product_id int PRIMARY KEY, quantity int)",
        "INSERT INTO stock SELECT i, i FROM numbers"
    };

    private static final Path PLAYGROUND = Path.of(System.getProperty("tablecast.root"), "docker", "mysql");
    private static final List<String> CONVERTERS = List.of("key.converter", "value.converter");

    private static SchemaRegistry registry;
    private static Database source;
    private static MySqlDatabase webshop;
    private static Database destination;
    private static ConnectWorker worker;

    @BeforeAll
    static void start() {
        registry = SchemaRegistry.start();
        source = PostgresServer.shared().createDatabase();
        destination = PostgresServer.shared().createDatabase();
        source.execute(SHOP);
        webshop = MySqlServer.shared().createDatabase("webshop");
        webshop.execute(WEBSHOP);
        worker = ConnectWorker.start(
                KafkaBroker.shared(),
                Plugins.built().withApicurioConverter(),
                Replication.options(ExactlyOnceSource.ENABLED)
                        .withSetting("plugin.discovery", "hybrid_warn")
                        .withEnvironment("TABLECAST_SOURCE_URL", source.jdbcUrl())
                        .withEnvironment("TABLECAST_SOURCE_USER", source.user())
                        .withEnvironment("TABLECAST_SOURCE_PASSWORD", source.password())
                        .withEnvironment("TABLECAST_MYSQL_URL", webshop.server().jdbcUrl())
                        .withEnvironment("TABLECAST_MYSQL_USER", webshop.user())
                        .withEnvironment("TABLECAST_MYSQL_PASSWORD", webshop.password())
                        .withEnvironment("TABLECAST_DESTINATION_URL", destination.jdbcUrl())
                        .withEnvironment("TABLECAST_DESTINATION_USER", destination.user())
                        .withEnvironment("TABLECAST_DESTINATION_PASSWORD", destination.password())
                        .withEnvironment(
                                "TABLECAST_REGISTRY_URL", registry.api().toString()));
    }

    @AfterAll
    static void stop() {
        worker.close();
        destination.close();
        webshop.close();
        source.close();
        registry.close();
    }

    @Test
    void jsonFilesReplicate() {
        replicate("", "json");
    }

    @Test
    void filesForApicurioReplicate() {
        replicate("avro-apicurio", "apicurio");
    }

    /** Its converter is not among what tests can load, so that the worker finds fault with nothing but its class. */
    @Test
    void filesForConfluentLackNothingButTheirConverter() {
        List<String> files = ShippedConfiguration.files("avro-confluent");
        assertThat(names(files))
                .isEqualTo(names(ShippedConfiguration.files("avro-apicurio")))
                .isEqualTo(ShippedConfiguration.files(""));
        for (String file : files) {
            Map<String, String> settings = ShippedConfiguration.readWhole(file);
            settings.put("name", file);

            ConfigurationCheck check = worker.rest().validate(settings);

            assertThat(check.errors().keySet()).as(file).isSubsetOf(CONVERTERS);
            assertThat(check.errors("value.converter"))
                    .allSatisfy(message -> assertThat(message).contains("io.confluent.connect.avro.AvroConverter"));
            CONVERTERS.forEach(part -> settings.put(part, "org.apache.kafka.connect.json.JsonConverter"));
            assertThat(worker.rest().validate(settings).errors()).as(file).isEmpty();
        }
    }

    /** The container's server, made by the files that are mounted into it. */
    @Test
    void mySqlOfThePlaygroundHasWhatItsSourceAsksFor() throws IOException {
        assumeTrue(MySqlRelease.MYSQL.isAvailable(), "SKIPPED: MySQL cannot be run here.");
        MySqlOptions options = MySqlOptions.of(MySqlRelease.MYSQL);
        for (String line : Files.readAllLines(PLAYGROUND.resolve("tablecast.cnf"))) {
            if (line.contains("=")) {
                List<String> setting = List.of(line.split(" = ", 2));
                options = options.withSetting(setting.get(0).replace('_', '-'), setting.get(1));
            }
        }
        String script = Files.readString(PLAYGROUND.resolve("10-webshop.sh"));
        try (MySqlServer server = MySqlServer.start(options)) {
            server.database("")
                    .execute(script.substring(script.indexOf("<<SQL\n") + 6, script.lastIndexOf("SQL\n"))
                            .replace("$TABLECAST_PASSWORD", "secret of the playground"));
            Map<String, String> settings = ShippedConfiguration.readWhole("mysql-binlog-source.json");
            settings.put("name", "playground");
            settings.put("connection.url", server.jdbcUrl());
            settings.put("connection.user", "tablecast");
            settings.put("connection.password", "secret of the playground");

            assertThat(worker.rest().validate(settings).errors()).isEmpty();
            assertThat(server.database("webshop").number("SELECT count(*) FROM order_lines"))
                    .isEqualTo(10_000);
        }
    }

    private static void replicate(String folder, String name) {
        List<String> files = ShippedConfiguration.files(folder);
        assertThat(files).isNotEmpty();
        List<String> incremental = new ArrayList<>();
        for (String file : files) {
            Map<String, String> settings = ShippedConfiguration.readWhole(file);
            String prefix = settings.computeIfPresent(
                    "topic.prefix", (key, shipped) -> name + "-" + shipped + "-" + settings.get("mode"));
            settings.computeIfPresent(
                    "topics.regex",
                    (key, shipped) -> name
                            + (shipped.contains("webshop")
                                    ? "-(erp-(queue|snapshot)\\.shop|web-(binlog|snapshot)\\.webshop)\\..*"
                                    : "-erp-(queue|snapshot)\\.shop\\..*"));
            worker.rest().putConnector(connector(file), settings);
            if ("incremental".equals(settings.get("mode"))) {
                incremental.add(prefix + (prefix.contains("-web-") ? ".webshop.orders" : ".shop.orders"));
            }
        }
        files.forEach(file -> worker.rest().awaitRunning(connector(file), Replication.PATIENCE));
        incremental.forEach(ShippedConfigurationIT::awaitRecords);
        // Each sink's file has a schema of its own, so that all can write at once.
        for (String suffix : List.of("", "_log", "_dev", "_merged")) {
            for (String table : List.of("customers", "products", "orders", "order_lines", "prices")) {
                awaitEqual(table, "shop" + suffix);
            }
            awaitEqual("sales_per_day", "shop" + suffix);
        }
        List.of("customers", "products", "orders", "order_lines", "prices", "stock")
                .forEach(table -> awaitEqual(table, "webshop"));
        files.forEach(file -> worker.rest().delete(connector(file)));
        destination.execute(
                "DROP SCHEMA IF EXISTS shop, shop_log, shop_dev, shop_merged, shop_kept CASCADE",
                "DROP SCHEMA IF EXISTS webshop CASCADE",
                "DROP SCHEMA tablecast CASCADE");
    }

    private static String connector(String file) {
        return file.replace('/', '-');
    }

    private static List<String> names(List<String> files) {
        return files.stream().map(file -> file.substring(file.indexOf('/') + 1)).toList();
    }

    private static void awaitRecords(String topic) {
        Conditions.await(Replication.PATIENCE, "no record in " + topic, () -> hasRecords(topic));
    }

    // In whatever format they are.
    private static boolean hasRecords(String topic) throws InterruptedException {
        TopicPartition partition = new TopicPartition(topic, 0);
        try (Admin admin = KafkaBroker.shared().admin()) {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                            .partitionResult(partition)
                            .get()
                            .offset()
                    > 0;
        } catch (ExecutionException notThereYet) {
            return false;
        }
    }

    private static void awaitEqual(String table, String schema) {
        ContentComparison.awaitEqual(
                Replication.PATIENCE,
                TableContents.ofTable(source, "shop." + table),
                TableContents.ofTable(destination, schema + "." + table));
    }
}
