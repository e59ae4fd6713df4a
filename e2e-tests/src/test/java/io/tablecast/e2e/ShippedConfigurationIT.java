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
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.SchemaRegistry;
import io.tablecast.testing.TableContents;
import io.tablecast.testing.WorkerOptions;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every connector file of {@code config}, all deployed at once on a worker that is started with the files that ship, between
 * databases that are made and kept busy by the files of {@code docker}.
 */
final class ShippedConfigurationIT {

    private static final List<String> CONVERTERS = List.of("key.converter", "value.converter");
    /** Of the worker's files, what is another one on each machine. */
    private static final Set<String> OF_THIS_MACHINE =
            Set.of("bootstrap.servers", "listeners", "rest.advertised.host.name", "plugin.path");

    private static final List<String> FOLLOWED = List.of("customers", "products", "orders", "order_lines");
    private static final List<String> COPIED = List.of("prices", "sales_per_day", "stock");
    /** What the workload never updates, so that a deleted row is what it was when it came. */
    private static final Map<String, String> CONSTANT = Map.of(
            "orders", "id, customer_id, note, ordered_at", "order_lines", "order_id, line, sku, quantity, amount");
    /** Queries that both sides of the web shop answer alike. */
    private static final Map<String, String> OF_THE_WEBSHOP = Map.of(
            "customers", "SELECT id, email FROM customers ORDER BY id",
            "products", "SELECT id, sku, title, price FROM products ORDER BY id",
            "orders", "SELECT id, customer_id, status FROM orders ORDER BY id",
            "order_lines", "SELECT order_id, line, sku, quantity FROM order_lines ORDER BY order_id, line",
            "prices", "SELECT sku, price FROM prices ORDER BY sku",
            "stock", "SELECT sku, quantity FROM stock ORDER BY sku",
            "page_views", "SELECT id, path FROM page_views ORDER BY id");

    private static SchemaRegistry registry;
    private static Database source;
    private static MySqlServer mySql;
    private static MySqlDatabase webshop;
    private static Database destination;
    private static ConnectWorker worker;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        registry = SchemaRegistry.start();
        source = PostgresServer.shared().createDatabase();
        destination = PostgresServer.shared().createDatabase();
        Playground.openShop(source);
        Playground.openWarehouse(destination);
        mySql = Playground.startMySql();
        webshop = Playground.openWebshop(mySql);
        WorkerOptions options = Replication.options(ExactlyOnceSource.ENABLED)
                .withEnvironment("TABLECAST_SOURCE_URL", source.jdbcUrl())
                .withEnvironment("TABLECAST_MYSQL_URL", mySql.jdbcUrl())
                .withEnvironment("TABLECAST_DESTINATION_URL", destination.jdbcUrl())
                .withEnvironment("TABLECAST_REGISTRY_URL", registry.api().toString());
        for (String database : List.of("SOURCE", "MYSQL", "DESTINATION")) {
            options = options.withEnvironment("TABLECAST_" + database + "_USER", Playground.ROLE)
                    .withEnvironment("TABLECAST_" + database + "_PASSWORD", Playground.PASSWORD);
        }
        Map<String, String> shipped = Playground.workerSettings();
        assertThat(shipped)
                .containsKeys("group.id", "config.storage.topic", "offset.storage.topic", "status.storage.topic")
                .containsKeys(OF_THIS_MACHINE.toArray(new String[0]))
                .containsKeys("key.converter", "value.converter", "config.providers");
        shipped.keySet().removeAll(OF_THIS_MACHINE);
        for (Map.Entry<String, String> setting : shipped.entrySet()) {
            options = options.withSetting(setting.getKey(), setting.getValue());
        }
        worker = ConnectWorker.start(KafkaBroker.shared(), Plugins.built().withApicurioConverter(), options);
    }

    @AfterAll
    static void stop() {
        worker.close();
        mySql.close();
        destination.execute("DROP OWNED BY tablecast CASCADE");
        destination.close();
        source.execute("DROP OWNED BY tablecast CASCADE");
        source.close();
        PostgresServer.shared().database("postgres").execute("DROP ROLE tablecast");
        registry.close();
    }

    @Test
    void jsonFilesReplicate() {
        replicate("", "");
    }

    @Test
    void filesForApicurioReplicate() {
        replicate("avro-apicurio", "apicurio-");
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

    @Test
    void scriptOfThePlaygroundDeploysFilesUnderTheirNames() throws IOException, InterruptedException {
        Files.writeString(
                folder.resolve("scripted.json"),
                "{\"connector.class\": "
                        + "\"io.tablecast.sink.PostgresSinkConnector\", \"topics\": \"scripted.shop.orders\", "
                        + "\"connection.url\": \"${env:TABLECAST_DESTINATION_URL}\", "
                        + "\"connection.user\": \"${env:TABLECAST_DESTINATION_USER}\", "
                        + "\"connection.password\": \"${env:TABLECAST_DESTINATION_PASSWORD}\"}");
        Files.writeString(folder.resolve("wrong.json"), "{\"connector.class\": \"io.tablecast.sink.Nothing\"}");
        assumeTrue(Files.exists(Path.of("/usr/bin/curl")), "SKIPPED: the script needs curl, which is not installed.");

        CommandOutput right = script("scripted");
        CommandOutput wrong = script("wrong");

        assertThat(right).isEqualTo(new CommandOutput(0, "scripted is deployed\n"));
        assertThat(worker.rest().configuration("scripted"))
                .containsEntry("connection.password", "${env:TABLECAST_DESTINATION_PASSWORD}");
        assertThat(wrong.status()).isEqualTo(1);
        assertThat(wrong.text()).contains("\nwrong is refused: ", "io.tablecast.sink.Nothing");
        worker.rest().delete("scripted");
    }

    private CommandOutput script(String name) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        "sh",
                        Path.of(System.getProperty("tablecast.root"), "docker", "deploy.sh")
                                .toString(),
                        folder.toString(),
                        name)
                .redirectErrorStream(true);
        builder.environment().put("CONNECT_URL", worker.rest().toString());
        Process process = builder.start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new CommandOutput(process.waitFor(), text);
    }

    /** @param prefix before the names of topics: files of two folders would write the same ones */
    private static void replicate(String folder, String prefix) {
        List<String> files = ShippedConfiguration.files(folder);
        assertThat(files).isNotEmpty();
        for (String file : files) {
            Map<String, String> settings = ShippedConfiguration.readWhole(file);
            settings.computeIfPresent("topic.prefix", (key, shipped) -> prefix + shipped);
            settings.computeIfPresent(
                    "topics.regex", (key, shipped) -> shipped.replaceAll("\\b(erp|web)\\\\", prefix + "$1\\\\"));
            worker.rest().putConnector(connector(file), settings);
        }
        files.forEach(file -> worker.rest().awaitRunning(connector(file), Replication.PATIENCE));
        awaitCopies();
        Map<String, List<String>> before = new HashMap<>();
        CONSTANT.forEach((table, columns) -> before.put(table, rows(source, "shop." + table, columns)));

        Playground.work(source, webshop);

        awaitCopies();
        before.forEach(ShippedConfigurationIT::requireDeletedRowsKept);
        awaitLog();
        assertThat(destination.column("SELECT loyalty_points FROM webshop.customers ORDER BY id"))
                .isEqualTo(webshop.rows("SELECT loyalty_points FROM customers ORDER BY id").stream()
                        .map(row -> row.get(0))
                        .toList());
        files.forEach(file -> {
            worker.rest().awaitRunning(connector(file), Replication.PATIENCE);
            worker.rest().delete(connector(file));
        });
        destination.execute(
                "DROP SCHEMA shop, shop_log, shop_dev, shop_merged, shop_kept CASCADE",
                "DROP SCHEMA webshop CASCADE",
                "DROP SCHEMA tablecast CASCADE");
    }

    /** Each sink's file has a schema of its own, so that all can write at once. */
    private static void awaitCopies() {
        for (String table : FOLLOWED) {
            List.of("", "_dev", "_merged").forEach(suffix -> awaitEqual(table, "shop" + suffix));
            String columns = columns(table);
            ContentComparison.awaitEqual(
                    Replication.PATIENCE,
                    new TableContents(source, "SELECT " + columns + " FROM shop." + table),
                    new TableContents(
                            destination,
                            "SELECT " + columns + " FROM shop_kept." + table + " WHERE tablecast_deleted_at IS NULL"));
        }
        for (String table : COPIED) {
            List.of("", "_log", "_dev").forEach(suffix -> awaitEqual(table, "shop" + suffix));
        }
        awaitEqual("stock", "shop_merged");
        List.of("", "_log", "_dev", "_merged").forEach(suffix -> awaitEqual("page_views", "shop" + suffix));
        OF_THE_WEBSHOP.forEach((table, query) -> Conditions.await(
                Replication.PATIENCE,
                "webshop." + table + " is not the same on both sides",
                () -> exists("webshop." + table)
                        && destination
                                .rows(query.replace(" FROM ", " FROM webshop."))
                                .equals(webshop.rows(query))));
    }

    private static void requireDeletedRowsKept(String table, List<String> before) {
        String columns = CONSTANT.get(table);
        Set<String> present = Set.copyOf(rows(source, "shop." + table, columns));
        List<String> gone =
                before.stream().filter(row -> !present.contains(row)).toList();
        assertThat(gone).as("rows that the workload deleted").isNotEmpty();

        Set<String> marked =
                Set.copyOf(rows(destination, "shop_kept." + table, columns, "WHERE tablecast_deleted_at IS NOT NULL"));
        Set<String> history = Set.copyOf(rows(destination, "shop_kept." + table + "_deleted", columns));
        assertThat(gone).allMatch(marked::contains).allMatch(history::contains);
        assertThat(marked).noneMatch(present::contains);
    }

    /** What was read of the source, and what every change left. */
    private static void awaitLog() {
        for (String table : FOLLOWED) {
            String columns = columns(table);
            Conditions.await(
                    Replication.PATIENCE,
                    "rows of " + table + " are missing in its log",
                    () -> new HashSet<>(rows(destination, "shop_log." + table, columns))
                            .containsAll(rows(source, "shop." + table, columns)));
        }
        assertThat(destination.number("SELECT count(*) - count(DISTINCT id) FROM shop_log.orders"))
                .as("states of orders that were changed")
                .isPositive();
    }

    private static List<String> rows(Database database, String table, String columns) {
        return rows(database, table, columns, "");
    }

    private static List<String> rows(Database database, String table, String columns, String condition) {
        return database.column("SELECT ROW(" + columns + ")::text FROM " + table + " " + condition);
    }

    /** Those of the source: a destination may have more, and others in another order. */
    private static String columns(String table) {
        return source.value("SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = 'shop."
                + table + "'::regclass AND attnum > 0 AND NOT attisdropped");
    }

    private static boolean exists(String table) {
        return destination.value("SELECT to_regclass('" + table + "')") != null;
    }

    private static String connector(String file) {
        return file.replace('/', '-');
    }

    private static List<String> names(List<String> files) {
        return files.stream().map(file -> file.substring(file.indexOf('/') + 1)).toList();
    }

    private static void awaitEqual(String table, String schema) {
        ContentComparison.awaitEqual(
                Replication.PATIENCE,
                TableContents.ofTable(source, "shop." + table),
                TableContents.ofTable(destination, schema + "." + table));
    }

    private record CommandOutput(int status, String text) {}
}
