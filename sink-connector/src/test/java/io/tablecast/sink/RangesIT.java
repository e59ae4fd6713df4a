// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.SnapshotBegin.Range;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A range that is read again takes the place of the rows in it, and of no others. */
class RangesIT {

    private final TopicLog log = new TopicLog("erp.shop.orders", 0);
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

    @ParameterizedTest
    @CsvSource({
        "upsert, swap, 600000",
        "upsert, merge, 600000",
        "upsert, swap, 0",
        "append, swap, 600000",
        "append, swap, 0"
    })
    void rowsOfTheRangeAreReplacedInOneTransaction(String applyMode, String apply, String longest) {
        for (int id = 1; id <= 10; id++) {
            orders.insert(id, "old", id);
        }
        try (DrivenTask task = destination.task(
                "apply.mode", applyMode, "snapshot.apply", apply, "snapshot.transaction.max.ms", longest)) {
            task.open(log);
            task.drain();
            // Rows 3 and 7 of the range are gone at the source, and row 10 has moved into it.
            snapshots.range("r1", new Range("amount", "3", "8"), 4, 6, "new");
            orders.update(5, "after", 5);
            task.drain();
        }

        if (applyMode.equals("append")) {
            assertThat(destination.orders())
                    .containsExactlyInAnyOrder(
                            "1:old:1",
                            "2:old:2",
                            "4:new:4",
                            "5:new:5",
                            "5:after:5",
                            "6:new:6",
                            "8:old:8",
                            "9:old:9",
                            "10:old:10");
        } else {
            assertThat(destination.orders())
                    .containsExactly(
                            "1:old:1", "2:old:2", "4:new:4", "5:after:5", "6:new:6", "8:old:8", "9:old:9", "10:old:10");
        }
        assertThat(destination
                        .database()
                        .column("SELECT kind || ' ' || snapshot_id || ' ' || rows FROM tablecast.run_log"))
                .containsExactly("range r1 3");
    }

    @Test
    void aRowThatCameIntoTheRangeReplacesTheOneWithItsKey() {
        for (int id = 1; id <= 10; id++) {
            orders.insert(id, "old", id == 9 ? 1000 : id);
        }
        snapshots.range("r1", new Range("amount", "8", ""), 8, 9, "new");

        applyAll();

        assertThat(destination.orders())
                .hasSize(9)
                .contains("8:new:8", "9:new:9")
                .doesNotContain("10:old:10");
    }

    @Test
    void aRangeThatIsSentAgainWithWhatStoodAroundItChangesNothing() {
        for (int i = 0; i < 2; i++) {
            orders.update(1, "old", 1);
            snapshots.range("r1", new Range("amount", "1", "3"), 1, 2, "new");
            orders.update(2, "newer", 2);
        }

        applyAll();

        assertThat(destination.orders()).containsExactly("1:new:1", "2:newer:2");
    }

    @Test
    void aRangeThatIsTheFirstOfItsTableMakesIt() {
        snapshots.range("r1", new Range("amount", "1", "3"), 1, 2, "new");

        applyAll();

        assertThat(destination.orders()).containsExactly("1:new:1", "2:new:2");
    }

    @Test
    void rowsThatSoftDeletesKeepAreMarkedWithinTheRangeOnly() {
        for (int id = 1; id <= 6; id++) {
            orders.insert(id, "old", id);
        }
        snapshots.range("r1", new Range("amount", "3", "6"), 4, 4, "new");

        try (DrivenTask task = destination.task("delete.mode", "soft")) {
            task.open(log);
            task.drain();
        }

        assertThat(destination
                        .database()
                        .column("SELECT id FROM shop.orders WHERE tablecast_deleted_at IS NOT NULL ORDER BY id"))
                .containsExactly("3", "5");
        assertThat(destination.orders()).hasSize(6).contains("4:new:4");
    }

    private void applyAll() {
        try (DrivenTask task = destination.task()) {
            task.open(log);
            task.drain();
        }
    }
}
