// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.ConfigurationCheck;
import io.tablecast.testing.ConnectWorker;
import io.tablecast.testing.ContentComparison;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.SchemaRegistry;
import io.tablecast.testing.TableContents;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
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
 * Every connector file of {@code config} that names PostgreSQL, as it ships, on a worker whose environment has what the
 * files ask for. Only topics are told apart, because several files would write the same ones.
 */
final class ShippedConfigurationIT {

    private static final String SHOP = """
            CREATE SCHEMA shop;
            CREATE TABLE shop.customers (id int PRIMARY KEY, name text);
            CREATE TABLE shop.products (id int PRIMARY KEY, price numeric(8,2));
            CREATE TABLE shop.orders (id int PRIMARY KEY, ordered_at timestamptz NOT NULL DEFAULT now());
            CREATE TABLE shop.order_lines (order_id int, line int, quantity int, PRIMARY KEY (order_id, line));
            CREATE TABLE shop.prices (product_id int, price numeric(8,2));
            CREATE VIEW shop.sales_per_day AS
                SELECT ordered_at::date AS day, count(*) AS orders FROM shop.orders GROUP BY 1;
            INSERT INTO shop.customers SELECT i, 'name ' || i FROM generate_series(1, 10) AS i;
            INSERT INTO shop.products SELECT i, i / 4.0 FROM generate_series(1, 10) AS i;
            INSERT INTO shop.orders SELECT i FROM generate_series(1, 10) AS i;
            INSERT INTO shop.order_lines SELECT i, 1, i FROM generate_series(1, 10) AS i;
            INSERT INTO shop.prices SELECT i, i / 4.0 FROM generate_series(1, 10) AS i;
            """;
    private static final List<String> CONVERTERS = List.of("key.converter", "value.converter");

    private static SchemaRegistry registry;
    private static Database source;
    private static Database destination;
    private static ConnectWorker worker;

    @BeforeAll
    static void start() {
        registry = SchemaRegistry.start();
        source = PostgresServer.shared().createDatabase();
        destination = PostgresServer.shared().createDatabase();
        source.execute(SHOP);
        worker = ConnectWorker.start(
                KafkaBroker.shared(),
                Plugins.built().withApicurioConverter(),
                Replication.options(ExactlyOnceSource.ENABLED)
                        .withSetting("plugin.discovery", "hybrid_warn")
                        .withEnvironment("TABLECAST_SOURCE_URL", source.jdbcUrl())
                        .withEnvironment("TABLECAST_SOURCE_USER", source.user())
                        .withEnvironment("TABLECAST_SOURCE_PASSWORD", source.password())
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
        List<String> files = postgresFiles("avro-confluent");
        assertThat(files).hasSameSizeAs(postgresFiles("avro-apicurio"));
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

    private static void replicate(String folder, String name) {
        List<String> files = postgresFiles(folder);
        assertThat(files).isNotEmpty();
        for (String file : files) {
            Map<String, String> settings = ShippedConfiguration.readWhole(file);
            String prefix = settings.computeIfPresent("topic.prefix", (key, erp) -> name + "-" + settings.get("mode"));
            settings.computeIfPresent("topics.regex", (key, erp) -> name + "-(queue|snapshot)\\.shop\\..*");
            deploy(file, settings);
            if ("incremental".equals(settings.get("mode"))) {
                awaitRecords(prefix + ".shop.orders");
            }
        }
        // Each sink's file has a schema of its own, so that all can write at once.
        for (String schema : List.of("shop", "shop_log", "shop_dev", "shop_merged")) {
            List.of("customers", "products", "orders", "order_lines", "prices", "sales_per_day")
                    .forEach(table -> awaitEqual(schema, table));
        }
        files.forEach(file -> worker.rest().delete(connector(file)));
        destination.execute(
                "DROP SCHEMA IF EXISTS shop, shop_log, shop_dev, shop_merged, shop_kept CASCADE",
                "DROP SCHEMA tablecast CASCADE");
    }

    private static void deploy(String file, Map<String, String> settings) {
        worker.rest().putConnector(connector(file), settings);
        worker.rest().awaitRunning(connector(file), Replication.PATIENCE);
    }

    private static String connector(String file) {
        return file.replace('/', '-');
    }

    private static List<String> postgresFiles(String folder) {
        return ShippedConfiguration.files(folder).stream()
                .filter(file -> ShippedConfiguration.readWhole(file)
                        .get("connector.class")
                        .contains("Postgres"))
                .toList();
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

    private static void awaitEqual(String schema, String table) {
        ContentComparison.awaitEqual(
                Replication.PATIENCE,
                TableContents.ofTable(source, "shop." + table),
                TableContents.ofTable(destination, schema + "." + table));
    }
}
