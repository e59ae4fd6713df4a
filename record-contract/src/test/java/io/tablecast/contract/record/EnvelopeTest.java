// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.table.TableId;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.Test;

final class EnvelopeTest {

    private static final Instant NOW = Instant.parse("2026-02-03T04:05:06.123456789Z");
    private static final TableId ORDERS = new TableId("shop", "orders");
    private static final PostgresSourceBlock SOURCE = new PostgresSourceBlock("erp", "prod", ORDERS);
    private static final TransactionBlock TRANSACTION = new TransactionBlock("771", 2, 1);
    private static final EnvelopeWriter WRITER = writer(List.of("tenant", "id"));

    private final EnvelopeReader reader = new EnvelopeReader();

    @Test
    void schemasAreNamedAndOrderedAsDebeziumsAre() {
        Schema envelope = WRITER.envelopeSchema();

        assertThat(envelope.name()).isEqualTo("erp.shop.orders.Envelope");
        assertThat(envelope.version()).isEqualTo(2);
        assertThat(envelope.isOptional()).isFalse();
        assertThat(envelope.fields().stream().map(Field::name))
                .containsExactly("before", "after", "source", "transaction", "op", "ts_ms", "ts_us", "ts_ns");
        assertThat(envelope.field("before").schema()).isSameAs(WRITER.rowSchema());
        assertThat(WRITER.rowSchema().name()).isEqualTo("erp.shop.orders.Value");
        assertThat(WRITER.rowSchema().isOptional()).isTrue();
        assertThat(WRITER.keySchema().orElseThrow().name()).isEqualTo("erp.shop.orders.Key");
        assertThat(WRITER.keySchema().orElseThrow().isOptional()).isFalse();
        assertThat(WRITER.keySchema().orElseThrow().fields().stream().map(Field::name))
                .containsExactly("tenant", "id");
        assertThat(envelope.field("transaction").schema().name()).isEqualTo("event.block");
        assertThat(envelope.field("op").schema().isOptional()).isFalse();
    }

    @Test
    void sourceBlockHasDebeziumsFieldsInOrder() {
        assertThat(PostgresSourceBlock.SCHEMA.name()).isEqualTo("io.debezium.connector.postgresql.Source");
        assertThat(PostgresSourceBlock.SCHEMA.fields().stream().map(Field::name))
                .containsExactly(
                        "version",
                        "connector",
                        "name",
                        "ts_ms",
                        "snapshot",
                        "db",
                        "sequence",
                        "ts_us",
                        "ts_ns",
                        "schema",
                        "table",
                        "txId",
                        "lsn",
                        "xmin",
                        "origin",
                        "origin_lsn");

        Struct change = SOURCE.change(NOW, 771, 4711);

        assertThat(change.getString("connector")).isEqualTo("postgresql");
        assertThat(change.getInt64("ts_ms")).isEqualTo(NOW.toEpochMilli());
        assertThat(change.getInt64("ts_us")).isEqualTo(NOW.toEpochMilli() * 1000 + 456);
        assertThat(change.getInt64("ts_ns")).isEqualTo(NOW.toEpochMilli() * 1_000_000 + 456_789);
        assertThat(change.getString("snapshot")).isEqualTo("false");
        assertThat(change.getString("sequence")).isEqualTo("[null,\"4711\"]");
        assertThat(change.getInt64("txId")).isEqualTo(771L);
    }

    @Test
    void snapshotRowIsReadBackWithItsOrdinal() {
        Struct row = row(1, "x");
        Struct block = SOURCE.snapshotRow(NOW, 99, new SnapshotOrdinal("s-1", 7), SnapshotFlag.LAST);

        ChangeEvent event = read(WRITER.read(row, block));

        ChangeEvent.RowWritten written = (ChangeEvent.RowWritten) event;
        assertThat(written.operation()).isEqualTo(Operation.READ);
        assertThat(written.row()).isEqualTo(row);
        assertThat(written.source().snapshotOrdinal()).contains(new SnapshotOrdinal("s-1", 7));
        assertThat(written.source().table()).contains(ORDERS);
        assertThat(written.source().time()).contains(NOW.minusNanos(789));
        assertThat(block.getString("snapshot")).isEqualTo("last_in_data_collection");
    }

    @Test
    void deleteOfAKeyHasFallbacksForUnknownColumns() {
        Struct key = WRITER.key(row(5, "gone"));
        Struct before = WRITER.rowWithOnlyKey(key);

        ChangeEvent event = read(WRITER.deleted(before, SOURCE.change(NOW, 1, 1), TRANSACTION));

        ChangeEvent.RowDeleted deleted = (ChangeEvent.RowDeleted) event;
        assertThat(deleted.beforeIsFull()).isFalse();
        assertThat(deleted.before().getInt64("id")).isEqualTo(5L);
        assertThat(deleted.before().getInt32("tenant")).isEqualTo(3);
        assertThat(deleted.before().getString("status")).isEmpty();
        assertThat(deleted.before().getString("note")).isNull();
    }

    @Test
    void wholeOldRowIsKnownByItsHeader() {
        Headers headers = new RecordHeaders().beforeIsFull().headers();
        Struct value = WRITER.deleted(row(5, "gone"), SOURCE.change(NOW, 1, 1), TRANSACTION);

        ChangeEvent event =
                reader.read(new SinkRecord("t", 0, null, null, value.schema(), value, 0, null, null, headers));

        assertThat(((ChangeEvent.RowDeleted) event).beforeIsFull()).isTrue();
    }

    @Test
    void truncateAndTombstoneAreTold() {
        assertThat(read(WRITER.truncated(SOURCE.change(NOW, 1, 1), TRANSACTION)))
                .isInstanceOf(ChangeEvent.TableTruncated.class);
        assertThat(reader.read(new SinkRecord("t", 0, null, null, null, null, 0)))
                .isInstanceOf(ChangeEvent.KeyDeleted.class);
    }

    @Test
    void transactionBlockIsOnlyOnChanges() {
        Struct created = WRITER.created(row(1, "n"), SOURCE.change(NOW, 771, 1), TRANSACTION);
        Struct readRow = WRITER.read(row(1, "n"), SOURCE.snapshotBegin(NOW, 1));

        assertThat(created.getStruct("transaction").getString("id")).isEqualTo("771");
        assertThat(created.getStruct("transaction").getInt64("total_order")).isEqualTo(2L);
        assertThat(readRow.getStruct("transaction")).isNull();
    }

    @Test
    void flatRowsAreUpsertsUnlessMarkedDeleted() {
        Schema schema = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("__deleted", Schema.OPTIONAL_STRING_SCHEMA)
                .build();

        assertThat(read(new Struct(schema).put("id", 1L))).isInstanceOf(ChangeEvent.RowWritten.class);
        assertThat(read(new Struct(schema).put("id", 1L).put("__deleted", "false")))
                .isInstanceOf(ChangeEvent.RowWritten.class);
        assertThat(read(new Struct(schema).put("id", 1L).put("__deleted", "true")))
                .isInstanceOf(ChangeEvent.RowDeleted.class);
    }

    @Test
    void recordsThatAreNoChangesAreTold() {
        assertThat(read(Heartbeat.value(1))).isEqualTo(new ChangeEvent.NotAChange("heartbeat"));
        assertThat(read(new Struct(SchemaBuilder.struct()
                        .name("io.debezium.connector.mysql.SchemaChangeValue")
                        .build())))
                .isEqualTo(new ChangeEvent.NotAChange("schema change"));
    }

    @Test
    void rowsWithoutSchemaSayWhatToSet() {
        SinkRecord schemaless = new SinkRecord("t", 0, null, null, null, Map.of("id", 1), 0);

        assertThatThrownBy(() -> reader.read(schemaless))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("Set value.converter.schemas.enable=true");
    }

    @Test
    void keylessTableHasNoKeySchema() {
        assertThat(writer(List.of()).keySchema()).isEmpty();
    }

    @Test
    void namesFitAvroWhenAsked() {
        assertThat(SchemaNames.AVRO.adjust("my-shop.1a.Größe.Value")).isEqualTo("my_shop._1a.Gr__e.Value");
        assertThat(SchemaNames.AVRO_UNICODE.adjust("my-shop.a_b")).isEqualTo("my_u002dshop.a_u005fb");
        assertThat(SchemaNames.NONE.adjust("my-shop")).isEqualTo("my-shop");
    }

    private ChangeEvent read(Struct value) {
        return reader.read(new SinkRecord("t", 0, null, null, value.schema(), value, 0));
    }

    private static Struct row(long id, String note) {
        return new Struct(WRITER.rowSchema())
                .put("id", id)
                .put("tenant", 3)
                .put("status", "new")
                .put("note", note);
    }

    private static EnvelopeWriter writer(List<String> key) {
        return new EnvelopeWriter(
                "erp.shop.orders",
                List.of(
                        new RowField("id", Schema.INT64_SCHEMA),
                        new RowField("tenant", Schema.INT32_SCHEMA),
                        new RowField("status", Schema.STRING_SCHEMA),
                        new RowField("note", Schema.OPTIONAL_STRING_SCHEMA)),
                key,
                PostgresSourceBlock.SCHEMA,
                SchemaNames.NONE,
                Clock.fixed(NOW, ZoneOffset.UTC));
    }
}
