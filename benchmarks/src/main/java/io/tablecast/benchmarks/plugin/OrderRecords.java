// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.plugin;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Change events of a table of ten columns, as Debezium publishes them. */
final class OrderRecords {
    private static final Schema KEY = SchemaBuilder.struct()
            .name("bench.shop.orders.Key")
            .field("id", Schema.INT64_SCHEMA)
            .build();
    private static final Schema SOURCE = SchemaBuilder.struct()
            .name("io.debezium.connector.postgresql.Source")
            .version(1)
            .field("version", Schema.STRING_SCHEMA)
            .field("connector", Schema.STRING_SCHEMA)
            .field("name", Schema.STRING_SCHEMA)
            .field("ts_ms", Schema.INT64_SCHEMA)
            .field("snapshot", Schema.OPTIONAL_STRING_SCHEMA)
            .field("db", Schema.STRING_SCHEMA)
            .field("sequence", Schema.OPTIONAL_STRING_SCHEMA)
            .field("ts_us", Schema.OPTIONAL_INT64_SCHEMA)
            .field("ts_ns", Schema.OPTIONAL_INT64_SCHEMA)
            .field("schema", Schema.STRING_SCHEMA)
            .field("table", Schema.STRING_SCHEMA)
            .field("txId", Schema.OPTIONAL_INT64_SCHEMA)
            .field("lsn", Schema.OPTIONAL_INT64_SCHEMA)
            .field("xmin", Schema.OPTIONAL_INT64_SCHEMA)
            .build();
    private static final Schema TRANSACTION = SchemaBuilder.struct()
            .name("event.block")
            .version(1)
            .optional()
            .field("id", Schema.STRING_SCHEMA)
            .field("total_order", Schema.INT64_SCHEMA)
            .field("data_collection_order", Schema.INT64_SCHEMA)
            .build();
    /** As Debezium's connector describes columns by default. */
    private static final Schemas PLAIN = Schemas.of(false);
    /** With the type of each column at the source, as Tablecast's connector describes them. */
    private static final Schemas DESCRIBED = Schemas.of(true);

    private static final long FIRST_MICROS = 1_767_225_600_000_000L;
    private static final int MICROS_PER_SECOND = 1_000_000;
    private static final String[] STATES = {"new", "paid", "packed", "shipped", "returned"};

    private OrderRecords() {}

    private record Schemas(Schema row, Schema envelope) {
        static Schemas of(boolean isDescribed) {
            SchemaBuilder fields =
                    SchemaBuilder.struct().name("bench.shop.orders.Value").optional();
            Map<String, SchemaBuilder> columns = new LinkedHashMap<>();
            columns.put("id bigint", SchemaBuilder.int64());
            columns.put("customer_id integer", SchemaBuilder.int32());
            columns.put("status text", SchemaBuilder.string());
            columns.put("amount numeric(12,2)", Decimal.builder(2).parameter("connect.decimal.precision", "12"));
            columns.put("note character varying(200)", SchemaBuilder.string().optional());
            columns.put("gift boolean", SchemaBuilder.bool());
            columns.put("attributes jsonb", semantic(SchemaBuilder.string(), "io.debezium.data.Json"));
            columns.put("weight double precision", SchemaBuilder.float64().optional());
            columns.put(
                    "created_at timestamp without time zone",
                    semantic(SchemaBuilder.int64(), "io.debezium.time.MicroTimestamp"));
            columns.put(
                    "updated_at timestamp with time zone",
                    semantic(SchemaBuilder.string(), "io.debezium.time.ZonedTimestamp"));
            columns.forEach((column, type) -> {
                String[] nameAndType = column.split(" ", 2);
                if (isDescribed) {
                    describe(type, nameAndType[1]);
                }
                fields.field(nameAndType[0], type.build());
            });
            Schema row = fields.build();
            Schema envelope = SchemaBuilder.struct()
                    .name("bench.shop.orders.Envelope")
                    .version(2)
                    .field("before", row)
                    .field("after", row)
                    .field("source", SOURCE)
                    .field("transaction", TRANSACTION)
                    .field("op", Schema.STRING_SCHEMA)
                    .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
                    .field("ts_us", Schema.OPTIONAL_INT64_SCHEMA)
                    .field("ts_ns", Schema.OPTIONAL_INT64_SCHEMA)
                    .build();
            return new Schemas(row, envelope);
        }

        private static SchemaBuilder semantic(SchemaBuilder type, String name) {
            return type.name(name).version(1);
        }

        private static void describe(SchemaBuilder type, String sourceType) {
            type.parameter("tablecast.column.type", sourceType)
                    .parameter("__debezium.source.column.type", sourceType.toUpperCase(Locale.ROOT))
                    .parameter("__debezium.source.column.length", "19");
        }
    }

    /** The update of a row from its first to its second state, with both. */
    static SourceRecord update(String topic, Map<String, ?> partition, long number, long id) {
        return changed(
                topic,
                partition,
                number,
                id,
                PLAIN,
                new Struct(PLAIN.envelope()).put("before", state(id, 0, PLAIN)).put("op", "u"));
    }

    /** The same as sources send it that know only how the row is now. */
    static SourceRecord updateWithoutBefore(String topic, Map<String, ?> partition, long number, long id) {
        return changed(topic, partition, number, id, DESCRIBED, new Struct(DESCRIBED.envelope()).put("op", "u"));
    }

    /** A row of a first copy. */
    static SourceRecord read(String topic, Map<String, ?> partition, long number, long id) {
        return changed(topic, partition, number, id, DESCRIBED, new Struct(DESCRIBED.envelope()).put("op", "r"));
    }

    private static SourceRecord changed(
            String topic, Map<String, ?> partition, long number, long id, Schemas schemas, Struct envelope) {
        long micros = FIRST_MICROS + number;
        Struct source = new Struct(SOURCE)
                .put("version", "3.6.0.Final")
                .put("connector", "postgresql")
                .put("name", "bench")
                .put("ts_ms", micros / 1000)
                .put("snapshot", "false")
                .put("db", "shop")
                .put("sequence", "[\"" + number + "\",\"" + number + "\"]")
                .put("ts_us", micros)
                .put("ts_ns", micros * 1000)
                .put("schema", "shop")
                .put("table", "orders")
                .put("txId", 771 + number / 10)
                .put("lsn", 24_023_128 + number);
        envelope.put("after", state(id, 1, schemas))
                .put("source", source)
                .put("ts_ms", micros / 1000)
                .put("ts_us", micros)
                .put("ts_ns", micros * 1000);
        return new SourceRecord(
                partition,
                Map.of("number", number),
                topic,
                0,
                KEY,
                new Struct(KEY).put("id", id),
                schemas.envelope(),
                envelope);
    }

    private static Struct state(long id, int version, Schemas schemas) {
        return new Struct(schemas.row())
                .put("id", id)
                .put("customer_id", (int) (1 + id * 7907 % 40000) + version)
                .put("status", STATES[(int) ((id + version) % STATES.length)])
                .put("amount", BigDecimal.valueOf(id * 41 % 1_000_000 + version, 2))
                .put("note", id % 10 == 0 ? null : "Parcel " + id + ", leave it with the neighbours if nobody is in")
                .put("gift", id % 3 == 0)
                .put("attributes", "{\"channel\": \"web\", \"priority\": " + id % 4 + "}")
                .put("weight", id % 7 == 0 ? null : id % 1000 / 8.0)
                .put("created_at", FIRST_MICROS + id * MICROS_PER_SECOND + 1)
                .put("updated_at", "2026-02-%02dT%02d:%02d:00.000001Z".formatted(1 + id % 28, id % 24, version));
    }
}
