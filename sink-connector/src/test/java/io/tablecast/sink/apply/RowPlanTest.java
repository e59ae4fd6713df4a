// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static io.tablecast.sink.apply.Samples.column;
import static io.tablecast.sink.apply.Samples.generatedColumn;
import static io.tablecast.sink.apply.Samples.key;
import static io.tablecast.sink.apply.Samples.primaryKey;
import static io.tablecast.sink.apply.Samples.row;
import static io.tablecast.sink.apply.Samples.schema;
import static io.tablecast.sink.apply.Samples.table;
import static io.tablecast.sink.apply.Samples.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.type.CopyBuffer;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.IdentifierCase;
import io.tablecast.sink.structure.StructureMismatch;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

class RowPlanTest {

    private static final DestinationTable ORDERS = table(
            List.of(
                    column("id", "bigint"),
                    column("code", "character varying(3)"),
                    generatedColumn("total", "integer"),
                    column("day", "date")),
            primaryKey("id"));
    private static final Schema ROW = schema("code:STRING", "id:INT64", "total:INT32");
    private static final Change.Write WRITE = write(1, RowKey.NONE, row(ROW, "a", 7L, 9));

    @Test
    void columnsComeInTheOrderOfTheFieldsAndComputedOnesAreNotWritten() {
        RowPlan plan = RowPlan.of(ORDERS, ROW, Optional.empty());

        assertThat(names(plan)).containsExactly("code", "id");
        assertThat(plan.text(WRITE, 0)).isEqualTo("a");
        assertThat(plan.text(WRITE, 1)).isEqualTo("7");
        assertThat(plan.text(write(1, RowKey.NONE, row(ROW, null, 7L, 9)), 0)).isNull();
    }

    @Test
    void aColumnOfTheKeyThatTheRowLacksIsWrittenFromTheKey() {
        Schema keySchema = schema("id:INT64", "code:STRING");
        RowKey key = key(keySchema, 8L, "k");
        Change.Write write = write(1, key, row(schema("code:STRING"), "r"));

        RowPlan plan = RowPlan.of(ORDERS, write.row().schema(), KeyColumns.of(ORDERS, key, Optional.empty()));

        assertThat(names(plan)).containsExactly("code", "id");
        assertThat(plan.text(write, 0)).isEqualTo("r");
        assertThat(plan.text(write, 1)).isEqualTo("8");
    }

    @Test
    void aFieldThatTheTableHasNoColumnForIsRefused() {
        assertThatThrownBy(() -> RowPlan.of(ORDERS, schema("note:STRING"), Optional.empty()))
                .isInstanceOf(StructureMismatch.class)
                .hasMessage("Cannot write to shop.orders: it lacks the column \"note\" of its records."
                        + " Add it by ALTER TABLE, or set schema.evolution=basic.");
    }

    @Test
    void fieldsThatWouldBecomeOneColumnAreRefused() {
        DestinationTable lower = ORDERS.in(IdentifierCase.LOWER);

        assertThatThrownBy(() -> RowPlan.of(lower, schema("code:STRING", "Code:STRING"), Optional.empty()))
                .isInstanceOf(StructureMismatch.class)
                .hasMessageContaining("would both be called \"code\"");
    }

    @Test
    void fieldsAreLeftOutByTheColumnsTheyGoTo() {
        Schema upper = schema("CODE:STRING", "ID:INT64", "DAY:INT32");
        RowPlan plan = RowPlan.of(ORDERS.in(IdentifierCase.LOWER), upper, Optional.empty());

        RowPlan without = plan.without(List.of(upper.field("CODE"), upper.field("DAY")));

        assertThat(names(without)).containsExactly("id");
        assertThat(without.text(write(1, RowKey.NONE, row(upper, "a", 7L, 1)), 0))
                .isEqualTo("7");
        assertThat(names(plan)).containsExactly("code", "id", "day");
    }

    @Test
    void oneMoreColumnComesLast() {
        RowPlan plan = RowPlan.of(ORDERS, schema("code:STRING"), Optional.empty());
        StagedColumn id = RowPlan.of(ORDERS, schema("id:INT64"), Optional.empty())
                .columns()
                .get(0);

        RowPlan more = plan.with(id, change -> change.origin().offset());

        assertThat(names(more)).containsExactly("code", "id");
        assertThat(more.text(write(41, RowKey.NONE, row(schema("code:STRING"), "a")), 1))
                .isEqualTo("41");
    }

    @Test
    void aRowThatDoesNotFitLeavesNothingBehind() {
        DestinationTable small = table(List.of(column("id", "bigint"), column("amount", "smallint")));
        Schema schema = schema("id:INT64", "amount:INT32");
        RowPlan plan = RowPlan.of(small, schema, Optional.empty());
        CopyBuffer buffer = new CopyBuffer();
        plan.encode(write(1, RowKey.NONE, row(schema, 1L, 2)), buffer);
        int whole = buffer.length();

        assertThatThrownBy(() -> plan.encode(write(2, RowKey.NONE, row(schema, 1L, 70_000)), buffer))
                .isInstanceOf(DataException.class);

        assertThat(buffer.length()).isEqualTo(whole);
        // The number of fields, and each with its length.
        assertThat(whole).isEqualTo(2 + 4 + 8 + 4 + 2);
    }

    @Test
    void valuesWithoutATypeAreReadAsTheirColumnIs() {
        Schema schema = SchemaBuilder.struct().field("day", Untyped.VALUE).build();
        RowPlan plan = RowPlan.of(ORDERS, schema, Optional.empty());

        assertThat(plan.text(write(1, RowKey.NONE, row(schema, "19000")), 0)).isEqualTo("2022-01-08");
        assertThat(plan.text(write(1, RowKey.NONE, row(schema, (Object) null)), 0))
                .isNull();
    }

    private static List<String> names(RowPlan plan) {
        return plan.columns().stream().map(column -> column.column().name()).toList();
    }
}
