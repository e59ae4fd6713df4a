// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

/** What is told of blocks as Debezium and others write them, whole or with fields left out. */
class SourceInfoTest {

    @Test
    void tableIsNamedByItsSchemaOrElseByItsDatabase() {
        assertThat(of(block -> text(block, "schema", "db", "table"), "shop", "erp", "orders")
                        .table())
                .contains(new TableId("shop", "orders"));
        assertThat(of(block -> text(block, "db", "table"), "erp", "orders").table())
                .contains(new TableId("erp", "orders"));
        assertThat(of(block -> text(block, "schema", "db", "table"), null, "erp", "orders")
                        .table())
                .contains(new TableId("erp", "orders"));
        assertThat(of(block -> text(block, "schema", "table"), "shop", null).table())
                .isEmpty();
        assertThat(of(block -> text(block, "table"), "orders").table()).isEmpty();
        assertThat(SourceInfo.NONE.table()).isEmpty();
    }

    @Test
    void serverAndDatabaseAreToldWhereTheyAreTexts() {
        SourceInfo told = of(block -> text(block, "name", "db"), "erp", "prod");
        assertThat(told.server()).contains("erp");
        assertThat(told.database()).contains("prod");
        assertThat(of(block -> text(block, "name"), "").server()).isEmpty();
        assertThat(of(block -> number(block, "name", "db"), 1L, 2L).server()).isEmpty();
        assertThat(of(block -> number(block, "name", "db"), 1L, 2L).database()).isEmpty();
    }

    @Test
    void recordsOfOneTableAreKnownByTableAndServer() {
        UnaryOperator<SchemaBuilder> fields = block -> text(block, "name", "schema", "table");
        SourceInfo orders = of(fields, "erp", "shop", "orders");

        assertThat(orders.isOfSameTable(orders)).isTrue();
        assertThat(orders.isOfSameTable(of(fields, "erp", "shop", "orders"))).isTrue();
        assertThat(orders.isOfSameTable(of(fields, "erp", "shop", "items"))).isFalse();
        assertThat(orders.isOfSameTable(of(fields, "crm", "shop", "orders"))).isFalse();
    }

    @Test
    void timeIsTakenToTheMicrosecondWhereItIsThere() {
        assertThat(of(block -> number(block, "ts_ms", "ts_us"), 1_000L, 1_000_001L)
                        .time())
                .contains(Instant.parse("1970-01-01T00:00:01.000001Z"));
        assertThat(of(block -> number(block, "ts_ms", "ts_us"), 1_000L, -1L).time())
                .contains(Instant.parse("1969-12-31T23:59:59.999999Z"));
        assertThat(of(block -> number(block, "ts_ms"), 1_500L).time())
                .contains(Instant.parse("1970-01-01T00:00:01.500Z"));
        assertThat(of(block -> number(block, "ts_ms", "ts_us"), 1_500L, 0L).time())
                .as("no time is no beginning of time")
                .contains(Instant.parse("1970-01-01T00:00:01.500Z"));
        assertThat(of(block -> number(block, "ts_ms"), 0L).time()).isEmpty();
        assertThat(SourceInfo.NONE.time()).isEmpty();
    }

    @Test
    void positionIsTheSameForARecordThatIsSentAgain() {
        assertThat(of(block -> number(text(block, "sequence"), "lsn"), "[null,\"7\"]", 9L)
                        .position())
                .contains("[null,\"7\"]");
        assertThat(of(block -> number(text(block, "sequence"), "lsn"), null, 9L).position())
                .contains("9");
        assertThat(of(block -> number(text(block, "file"), "pos").field("row", Schema.INT32_SCHEMA), "b.1", 4L, 2)
                        .position())
                .contains("b.1:4:2");
        assertThat(of(block -> number(text(block, "file"), "pos"), "b.1", 4L).position())
                .contains("b.1:4");
        assertThat(of(block -> number(text(block, "file"), "pos"), "b.1", null).position())
                .isEmpty();
        assertThat(of(block -> number(text(block, "file"), "pos"), null, 4L).position())
                .isEmpty();
        assertThat(SourceInfo.NONE.position()).isEmpty();
    }

    @Test
    void placeInASnapshotIsReadFromTheSequence() {
        assertThat(of(block -> text(block, "sequence"), "[\"tc:s-1\",\"12\"]").snapshotOrdinal())
                .contains(new SnapshotOrdinal("s-1", 12));
        assertThat(of(block -> text(block, "sequence"), "[null,\"7\"]").snapshotOrdinal())
                .isEmpty();
    }

    private static SourceInfo of(UnaryOperator<SchemaBuilder> fields, Object... values) {
        Schema schema = fields.apply(SchemaBuilder.struct()).build();
        Struct block = new Struct(schema);
        for (int i = 0; i < values.length; i++) {
            block.put(schema.fields().get(i), values[i]);
        }
        return new SourceInfo(block, SourceInfo.Places.in(schema));
    }

    private static SchemaBuilder text(SchemaBuilder block, String... names) {
        for (String name : names) {
            block.field(name, Schema.OPTIONAL_STRING_SCHEMA);
        }
        return block;
    }

    private static SchemaBuilder number(SchemaBuilder block, String... names) {
        for (String name : names) {
            block.field(name, Schema.OPTIONAL_INT64_SCHEMA);
        }
        return block;
    }
}
