// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SnapshotEnd;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots take the place of a table as a whole, and changes before and after them keep their order. */
class LoadsIT {

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

    @Test
    void aFirstCopyIsFollowedByChanges() {
        snapshots.whole("s1", "queue", 1000);
        orders.update(7, "changed", -7);
        orders.delete(8);

        applyAll();

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(999);
        assertThat(destination.database().value("SELECT code FROM shop.orders WHERE id = 7"))
                .isEqualTo("changed");
        assertThat(destination.database().value("SELECT relkind FROM pg_class WHERE oid = 'shop.orders'::regclass"))
                .isEqualTo("r");
        assertThat(destination.storedOffset(TOPIC)).isEqualTo(log.end());
        assertThat(destination.database().column("SELECT snapshot_id || ' ' || rows FROM tablecast.run_log"))
                .containsExactly("s1 1000");
    }

    @Test
    void periodicSnapshotsAreSwappedInBehindAView() {
        try (DrivenTask task = destination.task()) {
            task.open(log);
            snapshots.whole("s1", "snapshot", 100);
            task.drain();
            snapshots.whole("s2", "snapshot", 50);
            snapshots.whole("s3", "snapshot", 0);
            snapshots.whole("s4", "snapshot", 70);
            task.drain();
        }

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(70);
        assertThat(destination.database().value("SELECT relkind FROM pg_class WHERE oid = 'shop.orders'::regclass"))
                .isEqualTo("v");
        assertThat(destination.database().value("SELECT snapshot_id FROM tablecast.table_state"))
                .isEqualTo("s4");
    }

    @Test
    void changesBeforeASnapshotAreReplacedByIt() {
        orders.insert(1, "old", 1);
        orders.insert(5000, "gone", 1);
        snapshots.whole("s1", "queue", 10);

        applyAll();

        assertThat(destination.database().column("SELECT id FROM shop.orders ORDER BY id"))
                .hasSize(10)
                .doesNotContain("5000");
    }

    @Test
    void aTaskThatDiesInALoadLeavesTheOldRowsAndBeginsAgain() {
        snapshots.whole("s1", "queue", 10);
        applyAll();
        snapshots.begin("s2", "queue");
        snapshots.rows("s2", 1, 300);
        DrivenTask dying = destination.task();
        dying.open(log);
        for (int i = 0; i < 200; i++) {
            dying.turn();
        }
        dying.vanish();
        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(10);
        snapshots.lastRows("s2", 301, 400);

        applyAll();

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(400);
    }

    @Test
    void aBackendKilledInALoadIsTriedAgain() {
        snapshots.begin("s1", "queue");
        snapshots.rows("s1", 1, 300);
        try (DrivenTask task = destination.task()) {
            task.open(log);
            task.turnUntil(
                    "the load runs",
                    () -> destination
                                    .database()
                                    .number(
                                            "SELECT count(*) FROM pg_stat_activity"
                                                    + " WHERE datname = current_database() AND query LIKE 'COPY%' AND state = 'active'")
                            > 0);
            destination
                    .database()
                    .rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE datname = current_database() AND query LIKE 'COPY%'");
            snapshots.lastRows("s1", 301, 400);
            task.drain();
        }

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(400);
    }

    @Test
    void repeatsOfASendingProducerAreNotLoadedTwice() {
        snapshots.begin("s1", "queue");
        snapshots.rows("s1", 1, 50);
        snapshots.lastRows("s1", 20, 60);
        snapshots.lastRows("s1", 55, 60);
        orders.insert(61, "after", 61);

        applyAll();

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(61);
    }

    @Test
    void aNewBeginDiscardsAnUnfinishedSnapshot() {
        snapshots.begin("s1", "queue");
        snapshots.rows("s1", 1, 50);
        snapshots.whole("s2", "queue", 5);

        applyAll();

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(5);
    }

    @Test
    void rowsWhoseBeginIsGoneArePassedOverAndTheTableIsMarked() {
        snapshots.whole("s1", "queue", 2);
        snapshots.lastRows("s2", 3, 9);
        orders.insert(10, "after", 10);

        applyAll();

        assertThat(destination.orders()).containsExactly("1:row 1:1", "2:row 2:2", "10:after:10");
        assertThat(destination.database().value("SELECT incomplete FROM tablecast.table_state"))
                .isEqualTo("rows of snapshot s2 came, whose begin was never seen; they are passed over");
    }

    @Test
    void rowsWhoseBeginIsGoneAreMergedWhereSnapshotsAre() {
        snapshots.lastRows("s0", 3, 9);

        try (DrivenTask task = destination.task("snapshot.apply", "merge")) {
            task.open(log);
            task.drain();
        }

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(7);
    }

    @Test
    void repeatsOfAFinishedSnapshotArePassedOverAlsoByALaterTask() {
        snapshots.whole("s1", "queue", 3);
        applyAll();
        orders.update(3, "changed", -3);
        snapshots.lastRows("s1", 2, 3);

        applyAll();

        assertThat(destination.orders()).containsExactly("1:row 1:1", "2:row 2:2", "3:changed:-3");
        assertThat(destination.database().value("SELECT incomplete FROM tablecast.table_state"))
                .isNull();
    }

    @Test
    void aSnapshotThatIsSentAgainUndoesTheChangesThatAreSentAgainBeforeIt() {
        for (int i = 0; i < 2; i++) {
            orders.update(2, "before", -2);
            orders.insert(9, "before", 9);
            snapshots.whole("s1", "queue", 3);
            orders.update(3, "after", -3);
        }

        applyAll();

        assertThat(destination.orders()).containsExactly("1:row 1:1", "2:row 2:2", "3:after:-3");
    }

    @Test
    void aPartOfASnapshotThatIsSentAgainWithAChangeBeforeItBeginsAnew() {
        for (int i = 0; i < 2; i++) {
            orders.update(2, "before", -2);
            snapshots.begin("s1", "queue");
            snapshots.rows("s1", 1, 4);
        }
        snapshots.lastRows("s1", 5, 6);

        applyAll();

        assertThat(destination.orders()).hasSize(6).contains("2:row 2:2");
        assertThat(destination.database().value("SELECT incomplete FROM tablecast.table_state"))
                .isNull();
    }

    @Test
    void anEndWithoutBeginOnATruncateEmptiesNothing() {
        snapshots.whole("s1", "queue", 3);
        orders.send(
                null,
                orders.writer().emptied(orders.source()),
                new RecordHeaders().end(new SnapshotEnd("s9", 0)).headers());

        applyAll();

        assertThat(destination.orders()).hasSize(3);
    }

    @Test
    void aTableOfAnotherConnectorIsRefused() {
        snapshots.whole("s1", "queue", 3);
        applyAll();

        try (DrivenTask task = destination.task("name", "sink-b")) {
            task.open(log);
            assertThatThrownBy(task::drain)
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("Table shop.orders belongs to connector \"sink-a\"")
                    .hasMessageContaining("table.mapping");
        }
    }

    private void applyAll() {
        try (DrivenTask task = destination.task()) {
            task.open(log);
            task.drain();
        }
    }
}
