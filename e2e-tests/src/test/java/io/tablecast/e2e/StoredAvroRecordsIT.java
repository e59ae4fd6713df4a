// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.SchemaRegistry;
import io.tablecast.testing.WorkerOptions;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Records as an Avro converter stores them, with their schemas, outlive the version that wrote them. The schemas are what
 * version 0.1 registered, which a registry compares to those it has; and what it stored is applied as ever. {@code
 * -Dgolden.version=0.2} writes the file of a version.
 */
final class StoredAvroRecordsIT {

    private static final String APPLIED = "stored.";

    private static SchemaRegistry registry;
    private static Replication replication;

    @BeforeAll
    static void startReplication() {
        registry = SchemaRegistry.start();
        WorkerOptions options = Replication.options(ExactlyOnceSource.ENABLED)
                .withEnvironment("TABLECAST_REGISTRY_URL", registry.api().toString());
        replication = Replication.start(options, Plugins.built().withApicurioConverterAndManifest());
    }

    @AfterAll
    static void stop() {
        replication.close();
        registry.close();
    }

    @Test
    void recordsOfModeQueueAreWhatTheyEverWere() throws IOException {
        new StoredAvroRecords(registry, "records-avro").assertSame(sentByQueue());
    }

    @Test
    void recordsOfModeIncrementalAreWhatTheyEverWere() throws IOException {
        new StoredAvroRecords(registry, "records-avro-incremental").assertSame(sentByIncremental());
    }

    @Test
    void recordsOfModeBinlogAreWhatTheyEverWere() throws IOException {
        new StoredAvroRecords(registry, "records-avro-binlog").assertSame(sentByBinlog());
    }

    @Test
    void storedRecordsOfModeQueueAreApplied() throws IOException {
        StoredAvroRecords stored = new StoredAvroRecords(registry, "records-avro");
        List<JsonNode> lines = stored.read();
        String topic = APPLIED + "shop.item";
        deploySink(topic);

        // The copy, an insert and an update.
        stored.send(topic, lines.subList(0, 5));
        awaitRows(
                "shop.item",
                "SELECT item::text FROM shop.item ORDER BY id",
                "(1,changed,12.50,0.1234567890123456789,\"2026-01-01 00:00:00.123456+00\",\"0044-03-15 BC\","
                        + "\"1 year 2 days 03:04:05.6\",\"{\"\"a\"\": [1, null]}\",\"\\\\x00ff\","
                        + "\"{x,NULL,\"\"a,b\"\"}\",6ecf2e00-0e23-452c-bdb3-d8840fde0cec,shut,1)",
                "(2,,-0.01,,infinity,,,,,,,,)",
                "(3,new,3.00,,,,,,,,,open,1)");
        assertThat(
                        replication
                                .destination()
                                .column(
                                        "SELECT attname || ' ' || format_type(atttypid, atttypmod) FROM pg_attribute"
                                                + " WHERE attrelid = 'shop.item'::regclass AND attnum IN (2, 3, 12, 13) ORDER BY attnum"))
                .containsExactly(
                        "note character varying(20)", "price numeric(12,2)", "state shop.state", "odd-näme integer");

        // A key that changed, a delete, a new column.
        stored.send(topic, lines.subList(5, 11));
        awaitRows(
                "shop.item",
                "SELECT concat_ws(':', id, price, to_jsonb(item) ->> 'stock') FROM shop.item ORDER BY id",
                "3:3.00:8",
                "20:-0.01:7");

        // A TRUNCATE and an insert.
        stored.send(topic, lines.subList(11, lines.size()));
        awaitRows(
                "shop.item",
                "SELECT concat_ws(':', id, price, to_jsonb(item) ->> 'stock') FROM shop.item ORDER BY id",
                "9:9.00:7");
    }

    @Test
    void storedRecordsOfModeIncrementalAreApplied() throws IOException {
        StoredAvroRecords stored = new StoredAvroRecords(registry, "records-avro-incremental");
        String topic = APPLIED + "shop.log";
        deploySink(topic);

        stored.send(topic, stored.read());
        awaitRows(
                "shop.log",
                "SELECT concat_ws(':', id, note, at) FROM shop.log ORDER BY id",
                "1:a:2026-01-01 00:00:00",
                "2:b:2026-01-01 00:00:00.000001",
                "3:2026-01-02 00:00:00",
                "4:d:2026-01-03 00:00:00");
    }

    @Test
    void storedRecordsOfModeBinlogAreApplied() throws IOException {
        StoredAvroRecords stored = new StoredAvroRecords(registry, "records-avro-binlog");
        List<JsonNode> lines = stored.read();
        String topic = APPLIED + "golden.orders";
        deploySink(topic);

        // The copy, an insert and an update.
        stored.send(topic, lines.subList(0, 5));
        awaitRows(
                "golden.orders",
                "SELECT orders::text FROM golden.orders ORDER BY id",
                "(1,changed,12.50,18446744073709551615,\"2026-01-01 00:00:00.123456\",\"2026-01-01 00:00:00.5+00\",shut,"
                        + "\"\\\\x00ff\")",
                "(2,,-0.01,,,,,)",
                "(3,new,3.00,,,,open,)");

        // A key that changed, a delete, a new column.
        stored.send(topic, lines.subList(5, lines.size()));
        awaitRows(
                "golden.orders",
                "SELECT concat_ws(':', id, price, state, to_jsonb(orders) ->> 'stock') FROM golden.orders ORDER BY id",
                "3:3.00:open:7",
                "9:9.00:open:7",
                "20:-0.01:7");
        assertThat(replication
                        .destination()
                        .column("SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid ="
                                + " 'golden.orders'::regclass AND attname IN ('big', 'price') ORDER BY attnum"))
                .containsExactly("numeric(12,2)", "numeric(20,0)");
    }

    private static void deploySink(String topic) {
        Map<String, String> sink = ShippedConfiguration.read("avro-apicurio/postgres-sink.json");
        sink.put("topics.regex", Pattern.quote(topic));
        sink.put("consumer.override.metadata.max.age.ms", "500");
        sink.put("schema.evolution", "full");
        sink.put("enum.mode", "type");
        replication.deploySink(sink);
    }

    private static void awaitRows(String table, String query, String... rows) {
        Conditions.await(
                Replication.PATIENCE,
                () -> "the rows are not " + List.of(rows),
                () -> replication.destination().value("SELECT to_regclass('" + table + "')") != null
                        && replication.destination().column(query).equals(List.of(rows)));
    }

    /** Has a source send records of every kind. */
    private static List<ConsumerRecord<byte[], byte[]>> sentByQueue() {
        replication
                .source()
                .execute(
                        "CREATE SCHEMA IF NOT EXISTS shop",
                        "CREATE TYPE shop.state AS ENUM ('open', 'shut')",
                        """
                CREATE TABLE shop.item (
                    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
                    note varchar(20) DEFAULT 'new',
                    price numeric(12,2) NOT NULL,
                    exact numeric,
                    at timestamptz,
                    day date,
                    span interval,
                    doc jsonb,
                    raw bytea,
                    tags text[],
                    code uuid,
                    state shop.state DEFAULT 'open',
                    "odd-näme" integer DEFAULT 1)""",
                        """
                INSERT INTO shop.item VALUES
                (1, 'it''s "one"', 12.50, 0.1234567890123456789, '2026-01-01 00:00:00.123456+00', '0044-03-15 BC',
                 '1 year 2 days 03:04:05.6', '{"a": [1, null]}', '\\x00ff', '{x,NULL,"a,b"}',
                 '6ecf2e00-0e23-452c-bdb3-d8840fde0cec', 'shut', 1),
                (2, NULL, -0.01, NULL, 'infinity', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)""");
        Map<String, String> source = ShippedConfiguration.read("avro-apicurio/postgres-queue-source.json");
        source.put("table.include.list", "shop\\.item");
        source.put("queue.old.rows", "true");
        deploySource("golden-queue", source);
        return changed(
                replication.source()::execute,
                "golden.shop.item",
                // One after the other: a window with several changes of a row has fewer records.
                new Change("SELECT 1", 3),
                new Change("INSERT INTO shop.item (id, price) VALUES (3, 3)", 1),
                new Change("UPDATE shop.item SET note = 'changed' WHERE id = 1", 1),
                new Change("UPDATE shop.item SET id = 20 WHERE id = 2", 3),
                new Change("DELETE FROM shop.item WHERE id = 1", 2),
                new Change("ALTER TABLE shop.item ADD COLUMN stock integer NOT NULL DEFAULT 7", 0),
                new Change("UPDATE shop.item SET stock = 8 WHERE id = 3", 1),
                new Change("TRUNCATE shop.item", 1),
                new Change("INSERT INTO shop.item (id, price) VALUES (9, 9)", 1));
    }

    private static List<ConsumerRecord<byte[], byte[]>> sentByIncremental() {
        replication.source().execute("CREATE SCHEMA IF NOT EXISTS shop", """
                CREATE TABLE shop.log (id int PRIMARY KEY, note text, at timestamp NOT NULL)""", """
                INSERT INTO shop.log VALUES
                (1, 'a', '2026-01-01'), (2, 'b', '2026-01-01 00:00:00.000001'), (3, NULL, '2026-01-02')""");
        Map<String, String> source = ShippedConfiguration.read("avro-apicurio/postgres-incremental-source.json");
        source.put("table.include.list", "shop\\.log");
        source.put("control.column", "id");
        deploySource("golden-incremental", source);
        return changed(
                replication.source()::execute,
                "golden.shop.log",
                new Change("SELECT 1", 4),
                new Change("INSERT INTO shop.log VALUES (4, 'd', '2026-01-03')", 1));
    }

    private static List<ConsumerRecord<byte[], byte[]>> sentByBinlog() {
        try (MySqlDatabase database =
                MySqlServer.shared(MySqlRelease.MARIADB_11_4).createDatabase("golden")) {
            database.execute("""
                    CREATE TABLE orders (
                        id int unsigned PRIMARY KEY AUTO_INCREMENT,
                        note varchar(20) CHARACTER SET utf8mb4 DEFAULT 'new',
                        price decimal(12,2) NOT NULL,
                        big bigint unsigned,
                        at datetime(6),
                        stamp timestamp(3) NULL,
                        state enum('open', 'shut') DEFAULT 'open',
                        raw varbinary(8))""", """
                    INSERT INTO orders VALUES
                    (1, 'it''s', 12.50, 18446744073709551615, '2026-01-01 00:00:00.123456',
                     '2026-01-01 00:00:00.5', 'shut', x'00ff'),
                    (2, NULL, -0.01, NULL, NULL, NULL, NULL, NULL)""");
            Map<String, String> source = ShippedConfiguration.read("avro-apicurio/mysql-binlog-source.json");
            source.put("connection.url", database.server().jdbcUrl());
            source.put("connection.user", database.user());
            source.put("connection.password", database.password());
            source.put("table.include.list", "golden\\.orders");
            deploySource("golden-binlog", source);
            return changed(
                    database::execute,
                    "golden.golden.orders",
                    new Change("SELECT 1", 3),
                    new Change("INSERT INTO orders (id, price) VALUES (3, 3)", 1),
                    new Change("UPDATE orders SET note = 'changed' WHERE id = 1", 1),
                    new Change("UPDATE orders SET id = 20 WHERE id = 2", 3),
                    new Change("DELETE FROM orders WHERE id = 1", 2),
                    new Change("ALTER TABLE orders ADD COLUMN stock int NOT NULL DEFAULT 7", 0),
                    new Change("INSERT INTO orders (id, price) VALUES (9, 9)", 1));
        }
    }

    private static void deploySource(String name, Map<String, String> settings) {
        settings.put("name", name);
        settings.put("topic.prefix", "golden");
        settings.put("tasks.max", "1");
        replication.rest().putConnector(name, replication.sourceConfiguration(settings));
        replication.rest().awaitRunning(name, Replication.PATIENCE);
    }

    /** What a topic has after changes, one after the other. */
    private static List<ConsumerRecord<byte[], byte[]>> changed(
            Consumer<String> database, String topic, Change... changes) {
        TopicPartition partition = new TopicPartition(topic, 0);
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", KafkaBroker.shared().bootstrapServers(), "isolation.level", "read_committed");
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            int expected = 0;
            for (Change change : changes) {
                database.accept(change.statement());
                expected += change.records();
                int wanted = expected;
                Conditions.await(
                        Replication.PATIENCE, () -> records.size() + " records after " + change.statement(), () -> {
                            consumer.poll(Duration.ofMillis(100)).forEach(records::add);
                            return records.size() >= wanted;
                        });
            }
        }
        return records;
    }

    /** @param records how many it makes */
    private record Change(String statement, int records) {}
}
