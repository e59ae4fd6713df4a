// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static io.tablecast.sink.apply.Samples.column;
import static io.tablecast.sink.apply.Samples.delete;
import static io.tablecast.sink.apply.Samples.key;
import static io.tablecast.sink.apply.Samples.primaryKey;
import static io.tablecast.sink.apply.Samples.row;
import static io.tablecast.sink.apply.Samples.schema;
import static io.tablecast.sink.apply.Samples.table;
import static io.tablecast.sink.apply.Samples.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.sink.structure.DestinationColumn;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.StructureMismatch;
import io.tablecast.sink.structure.UniqueIndex;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.junit.jupiter.api.Test;

class KeyColumnsTest {

    private static final List<DestinationColumn> COLUMNS =
            List.of(column("id", "bigint"), column("region", "text"), column("day", "date"));
    private static final DestinationTable ORDERS = table(COLUMNS, primaryKey("region", "id"));
    private static final Schema ROW = schema("id:INT64", "region:STRING");
    private static final Schema ID = schema("id:INT64");

    @Test
    void aRecordsKeyCountsWhateverKeyTheTableHas() {
        KeyColumns columns = of(ORDERS, key(ID, 7L));
        Change.Write write = write(1, key(ID, 7L), row(ROW, 8L, "north"));

        assertThat(columns.names()).containsExactly("id");
        assertThat(columns.value(write, 0)).isEqualTo(7L);
        assertThat(columns.identity(write)).isEqualTo(7L);
    }

    @Test
    void withoutOneTheTablesOwnKeyIsReadFromTheRowInTheOrderOfTheIndex() {
        KeyColumns columns =
                KeyColumns.of(ORDERS, RowKey.NONE, Optional.of(ROW)).orElseThrow();
        Change.Write write = write(1, RowKey.NONE, row(ROW, 7L, "north"));
        Change.DeleteByRow delete = new Change.DeleteByRow(Samples.at(2), row(ROW, 7L, "north"), Samples.deletion(2));

        assertThat(columns.names()).containsExactly("region", "id");
        assertThat(columns.identity(write)).isEqualTo(List.of("north", 7L)).isEqualTo(columns.identity(delete));
        assertThat(columns.identity(write(1, RowKey.NONE, row(ROW, 7L, "south"))))
                .isNotEqualTo(columns.identity(write));
    }

    @Test
    void aRowThatLacksAColumnOfTheKeyHasNone() {
        assertThat(KeyColumns.of(ORDERS, RowKey.NONE, Optional.of(ID))).isEmpty();
        assertThat(KeyColumns.of(ORDERS, RowKey.NONE, Optional.empty())).isEmpty();
        assertThat(KeyColumns.of(table(COLUMNS), RowKey.NONE, Optional.of(ROW))).isEmpty();
    }

    @Test
    void onlyAPrimaryKeyOfAllRowsIsTheTablesOwn() {
        UniqueIndex unique = new UniqueIndex("orders_id", List.of("id"), false, true, true);
        UniqueIndex partial = new UniqueIndex("orders_some", List.of("id"), true, false, true);

        assertThat(KeyColumns.of(table(COLUMNS, unique, partial), RowKey.NONE, Optional.of(ROW)))
                .isEmpty();
        assertThat(KeyColumns.of(table(COLUMNS, unique, primaryKey("region")), RowKey.NONE, Optional.of(ROW)))
                .get()
                .extracting(KeyColumns::names)
                .isEqualTo(List.of("region"));
    }

    @Test
    void aSingleValueIsTheOnlyKeyColumns() {
        RowKey seven = RowKey.of(Schema.INT32_SCHEMA, 7);

        KeyColumns columns = of(table(COLUMNS, primaryKey("id")), seven);

        assertThat(columns.names()).containsExactly("id");
        assertThat(columns.identity(delete(1, seven))).isEqualTo(7L);
        // Of two columns nobody knows which one it is.
        assertThat(KeyColumns.of(ORDERS, seven, Optional.empty())).isEmpty();
        assertThat(KeyColumns.of(ORDERS, seven, Optional.of(ROW)))
                .get()
                .extracting(KeyColumns::names)
                .isEqualTo(List.of("region", "id"));
    }

    @Test
    void aKeyThatTheTableHasNoColumnForIsRefused() {
        RowKey key = key(schema("number:INT64"), 7L);

        assertThatThrownBy(() -> of(ORDERS, key))
                .isInstanceOf(StructureMismatch.class)
                .hasMessage("Cannot write to shop.orders: it lacks the column \"number\" of its records' key."
                        + " Add it, or drop the table and let auto.create make it.");
    }

    @Test
    void aNullInAKeyIsFoundInEachColumn() {
        Schema schema = schema("region:STRING", "id:INT64", "day:INT32");
        KeyColumns columns = of(ORDERS, key(schema, "north", 7L, 1));

        Change.Delete whole = delete(1, key(schema, "north", 7L, 1));
        columns.requireValues(whole);
        assertThat(columns.isWhole(whole)).isTrue();
        Change.Delete first = delete(1, key(schema, null, 7L, 1));
        assertThat(columns.isWhole(first)).isFalse();
        assertThatThrownBy(() -> columns.requireValues(first))
                .isInstanceOf(KeyMissingException.class)
                .hasMessageContaining("\"region\"");
        Change.Delete last = delete(1, key(schema, "north", 7L, null));
        assertThat(columns.isWhole(last)).isFalse();
        assertThatThrownBy(() -> columns.requireValues(last)).hasMessageContaining("\"day\"");
    }

    @Test
    void aValueWithoutATypeIsReadAsItsColumnIs() {
        Schema schema = SchemaBuilder.struct().field("day", Untyped.VALUE).build();
        KeyColumns columns = of(ORDERS, key(schema, "19000"));

        assertThat(columns.identity(delete(1, key(schema, "19000")))).isEqualTo("2022-01-08");
        assertThat(columns.isWhole(delete(1, key(schema, (Object) null)))).isFalse();
    }

    private static KeyColumns of(DestinationTable table, RowKey key) {
        return KeyColumns.of(table, key, Optional.empty()).orElseThrow();
    }
}
