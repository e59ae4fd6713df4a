// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import io.tablecast.contract.record.SourceInfo;
import io.tablecast.contract.table.Identity;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.type.BuiltInTypes;
import io.tablecast.contract.type.TypedColumn;
import io.tablecast.sink.structure.DestinationColumn;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.FormerNames;
import io.tablecast.sink.structure.IdentifierCase;
import io.tablecast.sink.structure.RelationKind;
import io.tablecast.sink.structure.UniqueIndex;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/** Tables {@code shop.orders} as a destination's catalog shows them, and changes of their rows. */
final class Samples {

    static final TableId ORDERS = new TableId("shop", "orders");
    static final TopicPartition PARTITION = new TopicPartition("erp.shop.orders", 0);

    private Samples() {}

    static DestinationTable table(List<DestinationColumn> columns, UniqueIndex... indexes) {
        return new DestinationTable(
                ORDERS,
                1,
                RelationKind.TABLE,
                ORDERS,
                columns,
                List.of(indexes),
                IdentifierCase.KEEP,
                FormerNames.NONE);
    }

    static DestinationColumn column(String name, String type) {
        return new DestinationColumn(typed(name, type), Identity.NONE, false, false);
    }

    static DestinationColumn identityColumn(String name, String type) {
        return new DestinationColumn(typed(name, type), Identity.ALWAYS, false, true);
    }

    static DestinationColumn generatedColumn(String name, String type) {
        return new DestinationColumn(typed(name, type), Identity.NONE, true, false);
    }

    private static TypedColumn typed(String name, String type) {
        return new TypedColumn(name, BuiltInTypes.named(type).orElseThrow(), true);
    }

    static UniqueIndex primaryKey(String... columns) {
        return new UniqueIndex("orders_pkey", List.of(columns), true, true, true);
    }

    /** Of fields {@code name:type}, all of which may be NULL but those of the name {@code id}. */
    static Schema schema(String... fields) {
        SchemaBuilder schema = SchemaBuilder.struct();
        for (String field : fields) {
            int colon = field.indexOf(':');
            String name = field.substring(0, colon);
            SchemaBuilder type = new SchemaBuilder(Schema.Type.valueOf(field.substring(colon + 1)));
            schema.field(
                    name, name.equals("id") ? type.build() : type.optional().build());
        }
        return schema.build();
    }

    /** A row with the values of its fields in their order. */
    static Struct row(Schema schema, Object... values) {
        Struct row = new Struct(schema);
        for (int i = 0; i < values.length; i++) {
            row.put(schema.fields().get(i), values[i]);
        }
        return row;
    }

    static RowKey key(Schema schema, Object... values) {
        return new RowKey.Fields(row(schema, values));
    }

    static Origin.Place at(long offset) {
        return new Origin.Place(PARTITION, offset);
    }

    static Change.Write write(long offset, RowKey key, Struct row) {
        return new Change.Write(at(offset), key, row);
    }

    static Change.Delete delete(long offset, RowKey key) {
        return new Change.Delete(at(offset), key, deletion(offset));
    }

    /** A deletion in the second of that number. */
    static Deletion deletion(long second) {
        return new Deletion(SourceInfo.NONE, Instant.ofEpochSecond(second), Optional.empty());
    }
}
