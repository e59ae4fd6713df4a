// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;
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

    @ParameterizedTest
    @ValueSource(strings = {"swap", "truncate", "merge"})
    void aChangeMayBeginAndEndACopyOfATableThatWasEmpty(String apply) {
        snapshots.whole("s1", "queue", 3);
        applyAll("snapshot.apply", apply);
        orders.insert(7, "first", 7, snapshots.beginAndEnd("i1"));
        orders.insert(8, "second", 8);

        applyAll("snapshot.apply", apply);

        assertThat(destination.orders()).containsExactly("7:first:7", "8:second:8");
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
