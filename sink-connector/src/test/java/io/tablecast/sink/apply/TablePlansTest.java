// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static io.tablecast.sink.apply.Samples.at;
import static io.tablecast.sink.apply.Samples.column;
import static io.tablecast.sink.apply.Samples.delete;
import static io.tablecast.sink.apply.Samples.deletion;
import static io.tablecast.sink.apply.Samples.key;
import static io.tablecast.sink.apply.Samples.primaryKey;
import static io.tablecast.sink.apply.Samples.row;
import static io.tablecast.sink.apply.Samples.schema;
import static io.tablecast.sink.apply.Samples.table;
import static io.tablecast.sink.apply.Samples.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.SoftDelete;
import io.tablecast.sink.structure.StructureMismatch;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

class TablePlansTest {

    private static final DestinationTable ORDERS = table(
            List.of(column("id", "bigint"), column("code", "text"), column("deleted", "timestamp with time zone")),
            primaryKey("id"));
    private static final Schema KEY = schema("id:INT64");
    private static final Schema OTHER_KEY = schema("code:STRING");
    private static final Schema ROW = schema("id:INT64", "code:STRING");
    private static final SoftDelete KEPT = new SoftDelete("deleted", SoftDelete.History.LAST);

    private final TablePlans plans = new TablePlans(ORDERS, Optional.empty());

    @Test
    void recordsOfTheSameSchemasHaveOnePlan() {
        RowPlan plan = plans.row(write(1, key(KEY, 1L), row(ROW, 1L, "a")));

        assertThat(plans.row(write(2, key(KEY, 2L), row(ROW, 2L, "b")))).isSameAs(plan);
        // Of a converter that makes its schemas anew for each record.
        assertThat(plans.row(write(3, key(schema("id:INT64"), 3L), row(schema("id:INT64", "code:STRING"), 3L, "c"))))
                .isSameAs(plan);
        assertThat(plans.row(write(4, key(KEY, 4L), row(ROW, 4L, "d")))).isSameAs(plan);
    }

    @Test
    void recordsWhoseKeyOrRowIsAnotherHaveAPlanOfTheirOwn() {
        Change.Write usual = write(1, key(KEY, 1L), row(ROW, 1L, "a"));
        Change.Write otherKey = write(2, key(OTHER_KEY, "a"), row(ROW, 1L, "a"));
        Change.Write otherRow = write(3, key(KEY, 1L), row(KEY, 1L));
        Change.Write single = write(4, RowKey.of(Schema.INT64_SCHEMA, 5L), row(ROW, 1L, "a"));
        Change.Write keyless = write(5, RowKey.NONE, row(ROW, 9L, "a"));

        for (int round = 0; round < 2; round++) {
            assertThat(identity(usual)).isEqualTo(1L);
            assertThat(identity(otherKey)).isEqualTo("a");
            assertThat(plans.row(otherRow).columns()).hasSize(1);
            assertThat(plans.row(usual).columns()).hasSize(2);
            assertThat(identity(single)).isEqualTo(5L);
            assertThat(identity(keyless)).isEqualTo(9L);
            assertThat(identity(delete(6, key(KEY, 7L)))).isEqualTo(7L);
        }
    }

    @Test
    void theOldRowOfADeleteNeedNotFitTheTable() {
        Schema old = schema("id:INT64", "gone:STRING");
        Change.DeleteByRow delete = new Change.DeleteByRow(at(1), row(old, 7L, "x"), deletion(1));

        assertThat(identity(delete)).isEqualTo(7L);
        // A row of that schema is still refused.
        assertThatThrownBy(() -> plans.row(write(2, RowKey.NONE, row(old, 7L, "x"))))
                .isInstanceOf(StructureMismatch.class);
        assertThat(plans.row(write(3, RowKey.NONE, row(ROW, 7L, "x"))).columns())
                .hasSize(2);
        assertThat(identity(new Change.DeleteByRow(at(4), row(ROW, 8L, "x"), deletion(4))))
                .isEqualTo(8L);
    }

    @Test
    void aDeleteThatNobodyCanFindTheRowOfIsRefused() {
        TablePlans keyless = new TablePlans(table(List.of(column("id", "bigint"))), Optional.empty());

        assertThat(keyless.key(delete(1, RowKey.NONE))).isEmpty();
        assertThatThrownBy(() -> keyless.keyOfDelete(delete(1, RowKey.NONE)))
                .isInstanceOf(DataException.class)
                .hasMessage("The record deletes a row without naming its key, and shop.orders has no primary key whose"
                        + " columns the record holds. Give the topic's records a key, or set delete.mode=ignore.");
        assertThat(keyless.keyOfDelete(delete(1, key(KEY, 1L))).names()).containsExactly("id");
    }

    @Test
    void aDeletedRowIsWrittenWithItsMark() {
        TablePlans keeping = new TablePlans(ORDERS, Optional.of(KEPT));
        Change.Write live = write(1, key(KEY, 1L), row(ROW, 1L, "a"));
        Change.Retired retired = new Change.Retired(at(2), key(KEY, 1L), row(ROW, 1L, "a"), deletion(60));

        RowPlan plan = keeping.row(retired);

        assertThat(plan.columns())
                .extracting(column -> column.column().name())
                .containsExactly("id", "code", "deleted");
        assertThat(plan.text(retired, 2)).isEqualTo("1970-01-01 00:01:00+00");
        assertThat(keeping.row(live).columns()).hasSize(2);
        assertThat(keeping.row(retired)).isSameAs(plan);
        assertThat(keeping.retirement()).isPresent();
        assertThat(plans.retirement()).isEmpty();
    }

    @Test
    void rowsThatBringTheMarkThemselvesAreRefused() {
        TablePlans keeping = new TablePlans(ORDERS, Optional.of(KEPT));
        Schema marked = schema("id:INT64", "deleted:STRING");

        assertThatThrownBy(() -> keeping.row(write(1, key(KEY, 1L), row(marked, 1L, "x"))))
                .isInstanceOf(StructureMismatch.class)
                .hasMessage("Cannot write to shop.orders: its records have a column \"deleted\" of their own."
                        + " Name another one in soft.delete.column.");
        // Nothing of the old row of a delete is written.
        keeping.keyOfDelete(new Change.DeleteByRow(at(2), row(marked, 1L, "x"), deletion(2)));
    }

    @Test
    void schemasThatAreMadeAnewForEachRecordDoNotStay() {
        plans.key(delete(1, key(KEY, 1L)));
        Schema once = schema("id:INT64");
        plans.key(delete(2, key(once, 1L)));
        WeakReference<Schema> seen = new WeakReference<>(once);
        once = null;

        for (int i = 0; i < 2_000; i++) {
            plans.key(delete(i, key(schema("id:INT64"), 1L)));
        }

        await().until(() -> {
            System.gc();
            return seen.refersTo(null);
        });
    }

    private Object identity(Change.OfRow change) {
        return plans.key(change).orElseThrow().identity(change);
    }
}
