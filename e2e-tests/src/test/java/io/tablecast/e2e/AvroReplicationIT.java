// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.SchemaRegistry;
import io.tablecast.testing.WorkerOptions;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.avro.shaded.org.apache.avro.Schema;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Avro with a real schema registry, configured as {@code config/avro-apicurio} ships it. */
final class AvroReplicationIT {

    private static final String PLAIN = "shop.types";
    private static final String FORBIDDEN = "shop.\"order-lines 2\"";
    private static final String EVOLVING = "shop.parts";
    private static final int ROWS = 100;

    private static final String[] TABLES = {
        "CREATE SCHEMA shop",
        "CREATE TYPE shop.colour AS ENUM ('red', 'green', 'light blue')",
        """
        CREATE TABLE shop.types (
          id bigint PRIMARY KEY,
          small smallint,
          whole integer NOT NULL DEFAULT 3,
          price numeric(12,2) DEFAULT 1.50,
          exact numeric,
          single real,
          double double precision,
          yes boolean DEFAULT true,
          name varchar(40) NOT NULL,
          fixed char(4),
          note text DEFAULT 'nothing',
          day date,
          at time,
          local timestamp,
          moment timestamptz(3) NOT NULL,
          span interval,
          code uuid,
          raw bytea,
          colour shop.colour DEFAULT 'red',
          doc json,
          tree jsonb,
          host inet,
          flags bit(5),
          numbers integer[],
          words text[],
          days date[],
          colours shop.colour[],
          grid numeric(8,2)[]
        )""",
        """
        CREATE TABLE shop."order-lines 2" (
          "order-no" bigint,
          "1st" integer,
          "größe" numeric(6,1),
          "a.b" text,
          "select" text,
          plain text,
          PRIMARY KEY ("1st", "order-no")
        )""",
        "CREATE TABLE shop.parts (id integer PRIMARY KEY, name text)"
    };

    private static SchemaRegistry registry;
    private static Replication replication;

    @BeforeAll
    static void startReplication() {
        registry = SchemaRegistry.start();
        WorkerOptions options = Replication.options(ExactlyOnceSource.ENABLED)
                .withEnvironment("TABLECAST_REGISTRY_URL", registry.api().toString());
        replication = Replication.start(options, Plugins.built().withApicurioConverterAndManifest());
        replication.source().execute(TABLES);
        insert(replication.source(), 1, ROWS);
        replication.source().execute("INSERT INTO shop.parts SELECT i, 'part ' || i FROM generate_series(1, 20) AS i");
        // An enum arrives as such where the destination has it, else as text.
        replication.destination().execute(TABLES[0], TABLES[1]);
        replication.deploySource(ShippedConfiguration.read("avro-apicurio/postgres-queue-source.json"));
        Map<String, String> sink = ShippedConfiguration.read("avro-apicurio/postgres-sink.json");
        sink.put("consumer.override.metadata.max.age.ms", "500");
        sink.put("schema.evolution", "full");
        replication.deploySink(sink);
        replication.awaitEqual(PLAIN, FORBIDDEN, EVOLVING);
    }

    @AfterAll
    static void stop() {
        replication.close();
        registry.close();
    }

    @Test
    void everyTypeAndEveryNameArrivesEqual() {
        Database source = replication.source();
        // Only the structure in the begin marker's header tells these.
        assertThat(types(replication.destination())).isEqualTo(types(source));

        insert(source, 501, 520);
        source.execute(
                "UPDATE shop.types SET price = NULL, note = NULL, yes = NULL, colour = NULL WHERE id % 3 = 0",
                "UPDATE shop.types SET id = id + 10000 WHERE id % 25 = 0",
                "DELETE FROM shop.types WHERE id % 7 = 0",
                "UPDATE shop.\"order-lines 2\" SET \"a.b\" = 'new' WHERE \"1st\" % 2 = 0",
                "UPDATE shop.\"order-lines 2\" SET \"order-no\" = -\"order-no\" WHERE \"1st\" % 5 = 0",
                "DELETE FROM shop.\"order-lines 2\" WHERE \"order-no\" = 4");
        replication.awaitEqual(PLAIN, FORBIDDEN);

        source.execute("TRUNCATE shop.types");
        insert(source, 700, 710);
        replication.awaitEqual(PLAIN, FORBIDDEN);
    }

    @Test
    void changedColumnsAreNewVersionsWhereTheRegistryAcceptsThem() {
        Database source = replication.source();
        String subject = replication.topic(EVOLVING) + "-value";
        registry.requireCompatibility("BACKWARD");

        source.execute(
                "ALTER TABLE shop.parts ADD COLUMN \"weight-kg\" numeric(9,3) DEFAULT 2.5",
                "UPDATE shop.parts SET \"weight-kg\" = NULL WHERE id = 7");
        replication.awaitEqual(EVOLVING);
        assertThat(registry.versions(subject)).containsExactly(1, 2);
        assertThat(registry.schema(subject, 1).toString()).doesNotContain("weight_kg");
        assertThat(registry.schema(subject, 2).toString()).contains("weight_kg");

        source.execute(
                "ALTER TABLE shop.parts ADD COLUMN pieces integer NOT NULL DEFAULT 1",
                "UPDATE shop.parts SET pieces = 2 WHERE id = 7");
        assertThat(replication.rest().awaitFailure(replication.sourceName(), Replication.PATIENCE))
                .contains("RuleViolationException");
        assertThat(registry.versions(subject)).containsExactly(1, 2);

        registry.requireCompatibility("FORWARD");
        replication.rest().restart(replication.sourceName());
        replication.awaitEqual(EVOLVING);
        assertThat(registry.versions(subject)).containsExactly(1, 2, 3);

        // A field that takes NULL is gone and another one is new, which goes both ways.
        registry.requireCompatibility("FULL");
        source.execute(
                "ALTER TABLE shop.parts RENAME COLUMN name TO \"part-name\"",
                "UPDATE shop.parts SET \"part-name\" = 'renamed' WHERE id = 7");
        replication.awaitEqual(EVOLVING);
        assertThat(registry.versions(subject)).containsExactly(1, 2, 3, 4);
        assertThat(replication
                        .destination()
                        .column("SELECT attname FROM pg_attribute WHERE attnum > 0"
                                + " AND NOT attisdropped AND attrelid = 'shop.parts'::regclass ORDER BY 1"))
                .containsExactly("id", "part-name", "pieces", "weight-kg");
    }

    @Test
    void confluentsOwnCodeReadsTheRecords() {
        try (ConfluentReader reader = ConfluentReader.of(registry)) {
            ConsumerRecord<byte[], byte[]> row = thirdRow(replication.topic(PLAIN));
            GenericRecord key = reader.read(row.key());
            GenericRecord envelope = reader.read(row.value());

            assertThat(key.getSchema().getName()).isEqualTo("Key");
            assertThat(envelope.getSchema().getName()).isEqualTo("Envelope");
            assertThat(fields(envelope)).contains("before", "after", "source", "op", "ts_ms");
            GenericRecord after = (GenericRecord) envelope.get("after");
            assertThat(after.get("id")).isEqualTo(key.get("id")).isEqualTo(3L);
            assertThat(after.get("name")).hasToString("Jürgen 3");
            assertThat(after.get("note")).hasToString("𝄞𝄞𝄞");
            assertThat(after.get("colour")).hasToString("light blue");

            ConsumerRecord<byte[], byte[]> odd = thirdRow(replication.topic("shop.order-lines_2"));
            GenericRecord oddKey = reader.read(odd.key());
            GenericRecord oddRow = (GenericRecord) reader.read(odd.value()).get("after");
            assertThat(fields(oddKey)).containsExactlyInAnyOrder("order_no", "_1st");
            assertThat(fields(oddRow)).containsExactly("order_no", "_1st", "gr__e", "a_b", "select", "plain");
            assertThat(oddRow.get("a_b")).hasToString("dot 3");
        }
    }

    private static List<String> fields(GenericRecord record) {
        return record.getSchema().getFields().stream().map(Schema.Field::name).toList();
    }

    private static void insert(Database source, int from, int to) {
        source.execute(
                """
                INSERT INTO shop.types
                SELECT i, -i, i * 1000, i / 7.0, i / 7.0, i / 7.0,
                       CASE i %% 5 WHEN 0 THEN 'NaN' WHEN 1 THEN '-Infinity' ELSE i / 7.0 END, i %% 2 = 0,
                       'Jürgen ' || i, 'ab', repeat('𝄞', i %% 9), date '0044-03-15 BC' + i * 1000, time '23:59:59.999999',
                       timestamp '1969-12-31 23:59:59.000001' - i * interval '1 year',
                       timestamptz '2026-07-01 12:00:00.125+02' + i * interval '1 hour',
                       interval '1 year 2 months -3 days 04:05:06.789', gen_random_uuid(), decode('00ff10', 'hex'),
                       'light blue', '{"a":  [1, null]}', '{"b": "𝄞"}', '10.1.2.3/24', B'10110',
                       ARRAY[i, NULL, -i], ARRAY['x', NULL, 'ä"b'], ARRAY[date '2026-01-01'],
                       ARRAY['green', 'red']::shop.colour[], ARRAY[1.25, NULL]
                FROM generate_series(%d, %d) AS i""".formatted(from, to),
                "INSERT INTO shop.types (id, price, note, yes, colour, name, moment)" + " VALUES (" + -from
                        + ", NULL, NULL, NULL, NULL, 'mostly NULL', '2026-01-01 00:00+00')",
                """
                INSERT INTO shop."order-lines 2"
                SELECT i, i * 2, i / 10.0, 'dot ' || i, 'select', CASE WHEN i %% 2 = 0 THEN 'plain' END
                FROM generate_series(%d, %d) AS i""".formatted(from, to));
    }

    private static List<String> types(Database database) {
        return database.column("SELECT attrelid::regclass || ' ' || attname || ' ' || format_type(atttypid, atttypmod)"
                + " || ' ' || attnotnull FROM pg_attribute WHERE attnum > 0"
                + " AND attrelid IN ('shop.types'::regclass, 'shop.\"order-lines 2\"'::regclass)"
                + " ORDER BY attrelid::regclass::text, attnum");
    }

    /** After the begin marker, in the order in which the rows were copied. */
    private static ConsumerRecord<byte[], byte[]> thirdRow(String topic) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers", KafkaBroker.shared().bootstrapServers(), "isolation.level", "read_committed");
        TopicPartition partition = new TopicPartition(topic, 0);
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            Conditions.await(Replication.PATIENCE, "no three rows in " + topic, () -> {
                records.addAll(consumer.poll(Duration.ofMillis(100)).records(partition));
                return records.size() > 3;
            });
        }
        return records.get(3);
    }
}
