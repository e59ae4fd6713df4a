// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Loads live through rebalances that give their partition back, and end with those that do not. */
class RebalancedLoadsIT {

    private final TopicLog log = new TopicLog("erp.shop.orders", 0);
    private final TopicLog otherLog = new TopicLog("erp.shop.others", 0);
    private final Orders orders = new Orders(log, "orders");
    private final Snapshots snapshots = new Snapshots(orders);
    private final Snapshots ofOthers = new Snapshots(new Orders(otherLog, "others"));
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
    void aLoadGoesOnWhereItWasWhenItsPartitionComesBack() {
        snapshots.begin("s1", "queue");
        snapshots.rows("s1", 1, 300);
        try (DrivenTask task = destination.task()) {
            task.open(log);
            task.turnUntil("the load runs", () -> loading().size() == 1);
            // So that all rows so far are with the load.
            task.turnUntil("all is read", () -> task.position(log) == log.end());
            List<String> before = loading();

            task.close(log);
            task.open(log);
            task.turnUntil(
                    "the consumer is sent behind what is loaded",
                    () -> task.context().rewinds().containsValue(log.end()));

            assertThat(loading()).as("the load's backend").isEqualTo(before);
            snapshots.lastRows("s1", 301, 400);
            orders.delete(400);
            task.drain();
        }

        assertThat(destination.orders()).hasSize(399);
        assertThat(runs()).containsExactly("s1 400");
    }

    @Test
    void onlyTheLoadsOfRevokedPartitionsWait() {
        snapshots.begin("s1", "queue");
        snapshots.rows("s1", 1, 300);
        ofOthers.begin("o1", "queue");
        ofOthers.rows("o1", 1, 300);
        try (DrivenTask task = destination.task();
                DrivenTask other = destination.task()) {
            task.open(log, otherLog);
            task.turnUntil("both loads run", () -> loading().size() == 2);

            task.close(log);
            ofOthers.lastRows("o1", 301, 310);
            task.turnUntil("the other load is done", () -> runs().contains("o1 310"));
            assertThat(loading()).as("the parked load still waits").hasSize(1);

            // The partition goes to another task, which ends the parked load and reads from the begin.
            snapshots.lastRows("s1", 301, 400);
            other.open(log);
            other.drain();
            assertThat(loading()).isEmpty();
            other.close(log);

            task.open(log);
            orders.update(5, "after", 5);
            task.drain();
        }

        assertThat(destination.orders()).hasSize(400).contains("5:after:5");
        assertThat(runs()).containsExactlyInAnyOrder("o1 310", "s1 400");
    }

    @Test
    void aLoadThatEndsWhileItsPartitionIsAwayCountsWhenItComesBack() throws SQLException {
        snapshots.whole("s1", "queue", 10);
        applyAll();
        snapshots.whole("s2", "queue", 300);
        try (Connection reader = destination.database().connection();
                DrivenTask task = destination.task()) {
            reader.setAutoCommit(false);
            reader.createStatement().execute("LOCK TABLE shop.orders IN ACCESS SHARE MODE");
            task.open(log);
            task.turnUntil("the switch waits for the reader", this::isSwitchWaiting);
            task.close(log);
            reader.rollback();
            orders.update(300, "after", 300);
            Awaitility.await().until(() -> runs().contains("s2 300"));
            task.open(log);
            task.drain();
        }

        assertThat(destination.orders()).hasSize(300).contains("300:after:300");
        assertThat(runs()).containsExactly("s1 10", "s2 300");
    }

    @Test
    void aSwitchThatEndsWhileItsPartitionIsAwayLeavesAnotherTablesStagedLoadAlone() throws SQLException {
        Snapshots ofSamePartition = new Snapshots(new Orders(log, "others"));
        snapshots.whole("s1", "queue", 10);
        applyAll();
        snapshots.begin("s2", "queue");
        snapshots.rows("s2", 1, 5);
        ofSamePartition.begin("o1", "queue");
        ofSamePartition.rows("o1", 1, 5);
        snapshots.lastRows("s2", 6, 20);
        try (Connection reader = destination.database().connection();
                DrivenTask task = destination.task()) {
            reader.setAutoCommit(false);
            reader.createStatement().execute("LOCK TABLE shop.orders IN ACCESS SHARE MODE");
            task.open(log);
            task.turnUntil("the switch waits for the reader", this::isSwitchWaiting);
            task.close(log);
            reader.rollback();
            Awaitility.await().until(() -> runs().contains("s2 20"));
            ofSamePartition.lastRows("o1", 6, 10);
            task.open(log);
            task.drain();
        }

        assertThat(destination.orders()).hasSize(20);
        assertThat(destination.database().column("SELECT id FROM shop.others ORDER BY id"))
                .hasSize(10);
        assertThat(runs()).containsExactly("s1 10", "s2 20", "o1 10");
    }

    private boolean isSwitchWaiting() {
        return destination
                        .database()
                        .number("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'AccessExclusiveLock'"
                                + " AND relation = 'shop.orders'::regclass")
                > 0;
    }

    @Test
    void aLoadWhosePartitionDoesNotComeBackIsGivenUpAfterAWhile() {
        snapshots.begin("s1", "queue");
        snapshots.rows("s1", 1, 300);
        try (DrivenTask task = destination.task("snapshot.idle.max.ms", "2000")) {
            task.open(log);
            task.turnUntil("the load runs", () -> loading().size() == 1);
            task.close(log);
            task.turnUntil("the load is given up", () -> loading().isEmpty());
            snapshots.lastRows("s1", 301, 310);
            task.open(log);
            task.drain();
        }

        assertThat(destination.orders()).hasSize(310);
    }

    @Test
    void aStagedLoadAndItsSwitchGoOnAfterARebalance() {
        snapshots.whole("s1", "queue", 10);
        snapshots.beginInterleaved("i1");
        snapshots.rows("i1", 1, 200);
        try (DrivenTask task = destination.task();
                DrivenTask other = destination.task()) {
            task.open(log);
            task.turnUntil("something is loaded", () -> destination.committedTo(log) > 20);
            task.close(log);
            orders.update(7, "newer", 7);
            other.open(log);
            other.turnUntil("all is staged", () -> destination.committedTo(log) == log.end());
            other.close(log);
            snapshots.lastRows("i1", 201, 210);
            task.open(log);
            for (int i = 0; i < 20; i++) {
                task.turn();
                task.close(log);
                task.open(log);
            }
            task.drain();
        }

        assertThat(destination.orders()).hasSize(210).contains("7:newer:7");
        assertThat(runs()).containsExactly("s1 10", "i1 210");
    }

    /** The backends that load. */
    private List<String> loading() {
        return destination
                .database()
                .column("SELECT pid || ' ' || backend_start FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND query LIKE 'COPY%FREEZE%' AND state = 'active'");
    }

    private List<String> runs() {
        return destination.database().value("SELECT to_regclass('tablecast.run_log')") == null
                ? List.of()
                : destination.database().column("SELECT snapshot_id || ' ' || rows FROM tablecast.run_log ORDER BY id");
    }

    private void applyAll() {
        try (DrivenTask task = destination.task()) {
            task.open(log);
            task.drain();
        }
    }
}
