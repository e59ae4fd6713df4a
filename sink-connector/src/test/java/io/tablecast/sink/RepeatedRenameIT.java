// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.EnvelopeWriter;
import io.tablecast.contract.record.PostgresSourceBlock;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.RowField;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.record.SchemaNames;
import io.tablecast.contract.table.Column;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.sink.SinkRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A producer that had no answer sends again what stands before a rename, with the names that columns had then. */
class RepeatedRenameIT {

    private static final String[] ONE_BY_ONE = {"schema.evolution", "full", "batch.max.rows", "1"};
    private static final String[] TOGETHER = {"schema.evolution", "full"};

    private final TopicLog log = new TopicLog("erp.shop.orders", 0);
    private final Orders orders = new Orders(log, "orders");
    private Destination destination;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @Test
    void rowThatWasInsertedBeforeTheRenameKeepsItsValue() {
        orders.insert(1, "a", 1);
        orders.delete(1);
        orders.insert(1, "b", 2);
        renamed("label", 2, "c", new SchemaChange.Rename("code", "label"));
        drain(ONE_BY_ONE);

        sendAgain();
        drain(ONE_BY_ONE);

        assertThat(table()).containsExactly("1:b", "2:c");
        assertThat(columns()).containsExactly("amount", "id", "label");
    }

    @Test
    void rowsThatCallTheColumnByBothNamesAreMergedInOneBatch() {
        orders.insert(1, "a", 1);
        renamed("label", 2, "c", new SchemaChange.Rename("code", "label"));
        drain(TOGETHER);

        new Row(List.of("label")).send(1, List.of("x"), new ConnectHeaders());
        sendAgain();
        drain(TOGETHER);

        assertThat(table()).containsExactly("1:x", "2:c");
        assertThat(columns()).containsExactly("amount", "id", "label");
    }

    @Test
    void aTaskThatStartsMeanwhileKnowsTheFormerNamesOfAColumnRenamedTwice() {
        orders.insert(1, "a", 1);
        renamed("label", 2, "b", new SchemaChange.Rename("code", "label"));
        renamed("tag", 3, "c", new SchemaChange.Rename("label", "tag"));
        drain(ONE_BY_ONE);

        sendAgain();
        drain(ONE_BY_ONE);

        assertThat(destination.database().column("SELECT concat_ws(':', id, tag) FROM shop.orders ORDER BY id"))
                .containsExactly("1:a", "2:b", "3:c");
        assertThat(columns()).containsExactly("amount", "id", "tag");
    }

    @Test
    void aNewColumnWithAFormerNameIsAColumnOfItsOwn() {
        orders.insert(1, "a", 1);
        renamed("label", 2, "b", new SchemaChange.Rename("code", "label"));
        Column code = Column.of("code", "text", Column.Nullability.NULLABLE);
        Row both = new Row(List.of("label", "code"));
        both.send(
                3,
                List.of("c", "new"),
                new RecordHeaders()
                        .schemaChange(List.of(new SchemaChange.Add(code)))
                        .headers());
        both.send(1, List.of("a", "old"), new ConnectHeaders());
        drain(ONE_BY_ONE);

        assertThat(destination.database().column("SELECT concat_ws(':', id, label, code) FROM shop.orders ORDER BY id"))
                .containsExactly("1:a:old", "2:b", "3:c:new");
    }

    private void drain(String... settings) {
        try (DrivenTask task = destination.task(settings)) {
            task.open(log);
            task.drain();
        }
    }

    private void sendAgain() {
        List<SinkRecord> all = log.from(0, Integer.MAX_VALUE);
        all.forEach(log::sendAgain);
    }

    private void renamed(String to, long id, String value, SchemaChange.Rename change) {
        new Row(List.of(to))
                .send(
                        id,
                        List.of(value),
                        new RecordHeaders().schemaChange(List.of(change)).headers());
    }

    private List<String> table() {
        return destination.database().column("SELECT concat_ws(':', id, label) FROM shop.orders ORDER BY id");
    }

    private List<String> columns() {
        return destination
                .database()
                .column("SELECT attname FROM pg_attribute WHERE attrelid = 'shop.orders'::regclass AND attnum > 0"
                        + " AND NOT attisdropped ORDER BY attname");
    }

    /** Rows of the table whose text columns have other names. */
    private final class Row {

        private final List<String> names;
        private final EnvelopeWriter writer;

        Row(List<String> names) {
            this.names = names;
            List<RowField> fields = new ArrayList<>();
            fields.add(new RowField("id", typed(SchemaBuilder.int64(), "bigint").build()));
            names.forEach(name -> fields.add(new RowField(
                    name, typed(SchemaBuilder.string(), "text").optional().build())));
            fields.add(new RowField(
                    "amount", typed(SchemaBuilder.int32(), "integer").optional().build()));
            writer = new EnvelopeWriter(
                    log.partition().topic(),
                    fields,
                    List.of("id"),
                    PostgresSourceBlock.SCHEMA,
                    SchemaNames.NONE,
                    Clock.systemUTC());
        }

        private SchemaBuilder typed(SchemaBuilder schema, String type) {
            return schema.parameter("tablecast.column.type", type);
        }

        void send(long id, List<String> values, Headers headers) {
            Struct row = new Struct(writer.rowSchema()).put("id", id);
            for (int i = 0; i < names.size(); i++) {
                row.put(names.get(i), values.get(i));
            }
            Struct value = writer.updated(row, orders.source(), Orders.transaction());
            Schema keySchema = writer.keySchema().orElseThrow();
            log.send(keySchema, writer.key(row), value.schema(), value, headers);
        }
    }
}
