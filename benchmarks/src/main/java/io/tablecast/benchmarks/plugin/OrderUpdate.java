// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.plugin;

import java.math.BigDecimal;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** Change events as Debezium publishes them: updates of ten columns with the row before and after. */
final class OrderUpdate {
    private static final Schema ROW_FIELDS = row().build();
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
    private static final Schema ENVELOPE = SchemaBuilder.struct()
            .name("bench.shop.orders.Envelope")
            .version(2)
            .field("before", ROW_FIELDS)
            .field("after", ROW_FIELDS)
            .field("source", SOURCE)
            .field("transaction", TRANSACTION)
            .field("op", Schema.STRING_SCHEMA)
            .field("ts_ms", Schema.OPTIONAL_INT64_SCHEMA)
            .field("ts_us", Schema.OPTIONAL_INT64_SCHEMA)
            .field("ts_ns", Schema.OPTIONAL_INT64_SCHEMA)
            .build();

    private static final long FIRST_MICROS = 1_767_225_600_000_000L;
    private static final int MICROS_PER_SECOND = 1_000_000;
    private static final String[] STATES = {"new", "paid", "packed", "shipped", "returned"};

    private OrderUpdate() {}

    private static SchemaBuilder row() {
        return SchemaBuilder.struct()
                .name("bench.shop.orders.Value")
                .optional()
                .field("id", Schema.INT64_SCHEMA)
                .field("customer_id", Schema.INT32_SCHEMA)
                .field("status", Schema.STRING_SCHEMA)
                .field(
                        "amount",
                        Decimal.builder(2)
                                .parameter("connect.decimal.precision", "12")
                                .build())
                .field("note", Schema.OPTIONAL_STRING_SCHEMA)
                .field("gift", Schema.BOOLEAN_SCHEMA)
                .field("attributes", semantic(SchemaBuilder.string(), "io.debezium.data.Json"))
                .field("weight", Schema.OPTIONAL_FLOAT64_SCHEMA)
                .field("created_at", semantic(SchemaBuilder.int64(), "io.debezium.time.MicroTimestamp"))
                .field("updated_at", semantic(SchemaBuilder.string(), "io.debezium.time.ZonedTimestamp"));
    }

    private static Schema semantic(SchemaBuilder type, String name) {
        return type.name(name).version(1).build();
    }

    /** The update of a row from its first to its second state. */
    static SourceRecord of(String topic, Map<String, ?> partition, long number, long id) {
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
        Struct envelope = new Struct(ENVELOPE)
                .put("before", state(id, 0))
                .put("after", state(id, 1))
                .put("source", source)
                .put("op", "u")
                .put("ts_ms", micros / 1000)
                .put("ts_us", micros)
                .put("ts_ns", micros * 1000);
        return new SourceRecord(
                partition, Map.of("number", number), topic, 0, KEY, new Struct(KEY).put("id", id), ENVELOPE, envelope);
    }

    private static Struct state(long id, int version) {
        return new Struct(ROW_FIELDS)
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
