// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.contract.table.Column;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots with changes among their rows: the order of the partition decides, in the old table and in the new one. */
class InterleavedLoadsIT {

    private static final String TOPIC = "erp.shop.orders";

    private final TopicLog log = new TopicLog(TOPIC, 0);
    private final Orders orders = new Orders(log, "orders");
    private final Snapshots snapshots = new Snapshots(orders);
    private Destination destination;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    /** On which record an interleaved snapshot ends. */
    enum End {
        ROW,
        INSERT,
        UPDATE,
        DELETE
    }

    @ParameterizedTest
    @EnumSource(End.class)
    void changesAmongTheRowsAreInTheOldTableAtOnceAndInTheNewOne(End end) {
        snapshots.whole("s1", "queue", 20);
        applyAll();
        snapshots.beginInterleaved("i1");
        snapshots.rows("i1", 1, 10);
        orders.update(7, "newer", -7);
        orders.delete(8);
        orders.insert(1000, "new", 1000);
        snapshots.rows("i1", 11, 15);
        orders.move(12, 1012, "moved", 12);
        orders.delete(20);
        try (DrivenTask task = destination.task()) {
            task.open(log);
            task.drain();
            assertThat(destination.orders())
                    .as("the old table, before the end")
                    .hasSize(19)
                    .contains("7:newer:-7", "1000:new:1000", "1012:moved:12", "19:row 19:19");
            end(end);
            orders.update(14, "after", 14);
            task.drain();
        }

        assertThat(destination.orders()).containsExactlyElementsOf(expected(end));
        assertThat(destination.database().value("SELECT snapshot_id FROM tablecast.table_state"))
                .isEqualTo("i1");
        assertThat(destination.database().value("SELECT incomplete FROM tablecast.table_state"))
                .as("its rows are not counted")
                .isNull();
        assertThat(destination
                        .database()
                        .column("SELECT indexdef FROM pg_indexes WHERE schemaname = 'shop' AND"
                                + " tablename = 'orders'"))
                .singleElement()
                .asString()
                .contains("UNIQUE INDEX orders_pkey ON shop.orders");
    }

    private void end(End end) {
        switch (end) {
            case ROW -> snapshots.row("i1", 16, 16, "row 16", Snapshots.end("i1", 16));
            case INSERT -> orders.insert(16, "row 16", 16, Snapshots.end("i1", 15));
            case UPDATE -> orders.update(1, "with the end", 1, Snapshots.end("i1", 15));
            case DELETE -> orders.delete(1, Snapshots.end("i1", 15));
        }
    }

    private static List<String> expected(End end) {
        TreeMap<Integer, String> rows = new TreeMap<>();
        IntStream.rangeClosed(1, 15).forEach(id -> rows.put(id, "row " + id + ":" + id));
        rows.remove(8);
        rows.remove(12);
        rows.put(7, "newer:-7");
        rows.put(14, "after:14");
        rows.put(1000, "new:1000");
        rows.put(1012, "moved:12");
        switch (end) {
            case ROW, INSERT -> rows.put(16, "row 16:16");
            case UPDATE -> rows.put(1, "with the end:1");
            case DELETE -> rows.remove(1);
        }
        return rows.entrySet().stream()
                .map(row -> row.getKey() + ":" + row.getValue())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"swap", "truncate", "merge"})
    void aColumnThatIsAddedAmongTheRowsIsInTheNewTable(String apply) {
        snapshots.whole("s1", "queue", 20);
        applyAll("snapshot.apply", apply);
        snapshots.beginInterleaved("i1");
        snapshots.rows("i1", 1, 10);
        Orders altered = orders.adding("country");
        SchemaChange added = new SchemaChange.Add(Column.of("country", "text", Column.Nullability.NULLABLE));
        update(altered, new RecordHeaders().schemaChange(List.of(added)).headers(), 7L, "newer", -7, "fr");
        copied(altered, "i1", 11, new ConnectHeaders(), 11L, "row 11", 11, "de");
        copied(altered, "i1", 12, Snapshots.end("i1", 12), 12L, "row 12", 12, "es");
        update(altered, new ConnectHeaders(), 1L, "after", 1, "pt");

        applyAll("snapshot.apply", apply);

        assertThat(destination
                        .database()
                        .column("SELECT concat_ws(':', id, code, amount, country) FROM shop.orders ORDER BY id"))
                .hasSize(12)
                .contains("1:after:1:pt", "2:row 2:2", "7:newer:-7:fr", "11:row 11:11:de", "12:row 12:12:es");
        assertThat(destination.database().value("SELECT known_columns FROM tablecast.table_state"))
                .contains("country");
    }

    @ParameterizedTest
    @ValueSource(strings = {"swap", "truncate", "merge"})
    void aColumnThatIsRenamedAmongTheRowsIsSoInTheNewTable(String apply) {
        String[] settings = {"snapshot.apply", apply, "schema.evolution", "full"};
        snapshots.whole("s1", "queue", 20);
        applyAll(settings);
        snapshots.beginInterleaved("i1");
        snapshots.rows("i1", 1, 10);
        Orders altered = orders.renaming("amount", "total");
        SchemaChange renamed = new SchemaChange.Rename("amount", "total");
        update(altered, new RecordHeaders().schemaChange(List.of(renamed)).headers(), 7L, "newer", -7);
        copied(altered, "i1", 11, new ConnectHeaders(), 11L, "row 11", 111);
        copied(altered, "i1", 12, Snapshots.end("i1", 12), 12L, "row 12", 12);
        update(altered, new ConnectHeaders(), 1L, "after", 1);

        applyAll(settings);

        assertThat(destination.database().column("SELECT concat_ws(':', id, code, total) FROM shop.orders ORDER BY id"))
                .hasSize(12)
                .contains("1:after:1", "2:row 2:2", "7:newer:-7", "11:row 11:111", "12:row 12:12");
        assertThat(destination
                        .database()
                        .column("SELECT attname FROM pg_attribute WHERE attrelid = 'shop.orders'::regclass"
                                + " AND attnum > 0 AND NOT attisdropped ORDER BY attname"))
                .containsExactly("code", "id", "total");
    }

    private static void update(Orders altered, Headers headers, Object... values) {
        Struct row = row(altered, values);
        altered.send(
                altered.writer().key(row),
                altered.writer().updated(row, altered.source(), Orders.transaction()),
                headers);
    }

    private static void copied(Orders altered, String id, long ordinal, Headers headers, Object... values) {
        Struct row = row(altered, values);
        Struct source = altered.source().put("sequence", new SnapshotOrdinal(id, ordinal).sequence());
        altered.send(altered.writer().key(row), altered.writer().read(row, source), headers);
    }

    private static Struct row(Orders altered, Object... values) {
        Struct row = new Struct(altered.writer().rowSchema());
        row.schema().fields().forEach(field -> row.put(field, values[field.index()]));
        return row;
    }

    @Test
    void aTruncateAmongTheRowsEmptiesBoth() {
        snapshots.whole("s1", "queue", 20);
        applyAll();
        snapshots.beginInterleaved("i1");
        snapshots.rows("i1", 1, 10);
        orders.truncate();
        orders.insert(5, "again", 5);
        try (DrivenTask task = destination.task()) {
            task.open(log);
            task.drain();
            assertThat(destination.orders()).containsExactly("5:again:5");
            orders.update(5, "end", 5, Snapshots.end("i1", 10));
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("5:end:5");
    }

    @Test
    void aTableThatBecameEmptyEndsOnAnEmptyingThatIsNone() {
        snapshots.whole("s1", "queue", 3);
        snapshots.beginInterleaved("i1");
        snapshots.rows("i1", 1, 2);
        orders.delete(1);
        orders.delete(2);
        orders.delete(3);
        snapshots.endOfEmpty("i1");
        orders.insert(4, "after", 4);

        applyAll();

        assertThat(destination.orders()).containsExactly("4:after:4");
    }

    @Test
    void anEmptySnapshotReplacesAllRows() {
        snapshots.whole("s1", "queue", 3);
        snapshots.emptyInterleaved("i1");
        orders.insert(4, "after", 4);

        applyAll();

        assertThat(destination.orders()).containsExactly("4:after:4");
    }

    @Test
    void aFirstCopyIsSeenOnlyAsAWhole() {
        snapshots.beginInterleaved("i1");
        snapshots.rows("i1", 1, 5);
        orders.update(3, "newer", 3);
        try (DrivenTask task = destination.task()) {
            task.open(log);
            task.drain();
            assertThat(destination.database().value("SELECT to_regclass('shop.orders')"))
                    .isNull();
            snapshots.lastRows("i1", 6, 7);
            task.drain();
        }

        assertThat(destination.orders()).hasSize(7).contains("3:newer:3");
    }

    @Test
    void rowsThatAreSentAgainAreMergedAndANewBeginDiscardsWhatWasLoaded() {
        snapshots.beginInterleaved("i1");
        snapshots.rows("i1", 1, 5);
        snapshots.beginInterleaved("i2");
        snapshots.rows("i2", 2, 5);
        orders.update(4, "newer", 4);
        snapshots.rows("i2", 4, 5);
        orders.update(4, "newer", 4);
        snapshots.lastRows("i2", 6, 6);

        applyAll();

        assertThat(destination.orders())
                .containsExactly("2:row 2:2", "3:row 3:3", "4:newer:4", "5:row 5:5", "6:row 6:6");
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 4, 6, 8, 10, 14, 20, 30, 45, 60})
    void aTaskThatDiesAnywhereLosesNothing(int turns) {
        snapshots.whole("s1", "queue", 20);
        applyAll();
        snapshots.beginInterleaved("i1");
        snapshots.rows("i1", 1, 10);
        orders.update(7, "newer", -7);
        orders.delete(8);
        snapshots.rows("i1", 11, 15);
        orders.insert(1000, "new", 1000);
        orders.move(12, 1012, "moved", 12);
        snapshots.row("i1", 16, 16, "row 16", Snapshots.end("i1", 16));
        orders.update(14, "after", 14);
        DrivenTask dying = destination.task();
        dying.open(log);
        dying.mostPerPoll(2);
        for (int i = 0; i < turns; i++) {
            dying.turn();
        }
        dying.vanish();

        applyAll();

        assertThat(destination.orders()).containsExactlyElementsOf(expected(End.ROW));
    }

    private void applyAll(String... keysAndValues) {
        try (DrivenTask task = destination.task(keysAndValues)) {
            task.open(log);
            task.drain();
        }
    }
}
