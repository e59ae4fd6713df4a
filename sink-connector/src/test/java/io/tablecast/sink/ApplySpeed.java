// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.EnvelopeWriter;
import io.tablecast.contract.record.PostgresSourceBlock;
import io.tablecast.contract.record.RowField;
import io.tablecast.contract.record.SchemaNames;
import io.tablecast.contract.record.TransactionBlock;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;

/**
 * Measures how fast a task applies ready records of an ordinary table with nine columns, without Kafka and converters:
 * a program, not a test. It prints rows per second for inserts and for updates of the same rows, and in how many
 * transactions they were written. {@code -Dspeed.polled} is how many records come at a time.
 */
final class ApplySpeed {

    private static final int ROWS = Integer.getInteger("speed.rows", 300_000);
    private static final int POLLED = Integer.getInteger("speed.polled", 5_000);

    private final TopicLog log = new TopicLog("erp.shop.orders", 0);
    private final Orders source = new Orders(log, "orders");
    private final EnvelopeWriter writer = new EnvelopeWriter(
            "erp.shop.orders",
            List.of(
                    field("id", SchemaBuilder.int64(), "bigint"),
                    field("customer_id", SchemaBuilder.int32(), "integer"),
                    field("status", SchemaBuilder.string(), "text"),
                    field("amount", Decimal.builder(2).parameter("connect.decimal.precision", "12"), "numeric(12,2)"),
                    field("note", SchemaBuilder.string().optional(), "character varying(200)"),
                    field("gift", SchemaBuilder.bool(), "boolean"),
                    field(
                            "attributes",
                            SchemaBuilder.string().name("io.debezium.data.Json").optional(),
                            "jsonb"),
                    field(
                            "created_at",
                            SchemaBuilder.int64().name("io.debezium.time.MicroTimestamp"),
                            "timestamp without time zone"),
                    field(
                            "updated_at",
                            SchemaBuilder.string().name("io.debezium.time.ZonedTimestamp"),
                            "timestamp with time zone")),
            List.of("id"),
            PostgresSourceBlock.SCHEMA,
            SchemaNames.NONE,
            Clock.systemUTC());

    private ApplySpeed() {}

    private static RowField field(String name, SchemaBuilder schema, String type) {
        Schema typed = schema.parameter("tablecast.column.type", type).build();
        return new RowField(name, typed);
    }

    public static void main(String[] settings) {
        try (Destination destination = Destination.create()) {
            ApplySpeed speed = new ApplySpeed();
            try (DrivenTask task = destination.task(settings)) {
                task.mostPerPoll(POLLED);
                task.open(speed.log);
                speed.send(0);
                speed.measure("insert", task, destination);
                speed.send(1);
                speed.measure("update", task, destination);
                speed.send(2);
                speed.measure("update", task, destination);
            }
        }
    }

    private void measure(String what, DrivenTask task, Destination destination) {
        long transactionsBefore = flushes(destination);
        long started = System.nanoTime();
        Duration before = processorTime();
        task.drain();
        double seconds = (System.nanoTime() - started) / 1e9;
        double processor = processorTime().minus(before).toNanos() / 1e3 / ROWS;
        System.out.printf(
                "%s %d rows in %.2f s: %.0f rows/s, %.2f microseconds of processor time per row in this process, %d"
                        + " transactions%n",
                what, ROWS, seconds, ROWS / seconds, processor, flushes(destination) - transactionsBefore);
    }

    // Each flush moves the offset once, which leaves a dead row.
    private static long flushes(Destination destination) {
        boolean isThere = destination.database().value("SELECT to_regclass('tablecast.sink_offset')") != null;
        return isThere
                ? destination
                        .database()
                        .number("SELECT n_tup_upd FROM pg_stat_user_tables WHERE relname = 'sink_offset'")
                : 0;
    }

    private static Duration processorTime() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private void send(int round) {
        Struct block = source.source();
        for (int i = 1; i <= ROWS; i++) {
            Struct row = new Struct(writer.rowSchema())
                    .put("id", (long) i)
                    .put("customer_id", 1 + (i % 50_000))
                    .put("status", round == 0 ? "new" : "shipped")
                    .put("amount", BigDecimal.valueOf(i * 37L % 1_000_000 + round, 2))
                    .put("note", i % 10 == 0 ? null : "order number " + i + " of the day, handle with care")
                    .put("gift", i % 2 == 1)
                    .put("attributes", "{\"channel\": \"web\", \"priority\": " + i % 5 + "}")
                    .put("created_at", 1_767_225_600_000_000L + i * 1_000_000L)
                    .put("updated_at", "2026-11-20T12:00:00.123456Z");
            TransactionBlock transaction = new TransactionBlock("1", i, i);
            log.send(
                    writer.keySchema().orElseThrow(),
                    writer.key(row),
                    writer.envelopeSchema(),
                    round == 0 ? writer.created(row, block, transaction) : writer.updated(row, block, transaction),
                    new ConnectHeaders());
        }
    }
}
