// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A snapshot that begins and does not go on holds nothing back. */
class IdleLoadsIT {

    private static final String[] IMPATIENT = {"snapshot.idle.max.ms", "300"};

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

    @Test
    void anIdleLoadIsRolledBackAndItsTableMarkedUntilItsRowsComeAfterAll() {
        snapshots.whole("s1", "queue", 3);
        try (DrivenTask task = destination.task(IMPATIENT)) {
            task.open(log);
            task.drain();
            snapshots.begin("s2", "queue");
            snapshots.rows("s2", 1, 20);
            task.turnUntil("the table is marked", () -> incomplete() != null);

            assertThat(incomplete())
                    .contains("snapshot s2 began and has not ended")
                    .contains("300 ms");
            assertThat(transactions()).as("open transactions").isZero();
            assertThat(destination.orders()).hasSize(3);

            snapshots.lastRows("s2", 21, 30);
            orders.update(30, "after", 30);
            task.drain();
        }

        assertThat(destination.orders()).hasSize(30).contains("30:after:30");
        assertThat(incomplete()).isNull();
    }

    @Test
    void aNewBeginAfterAnIdleLoadTakesItsPlace() {
        snapshots.whole("s1", "queue", 3);
        try (DrivenTask task = destination.task(IMPATIENT)) {
            task.open(log);
            task.drain();
            snapshots.begin("s2", "queue");
            snapshots.rows("s2", 1, 20);
            task.turnUntil("the table is marked", () -> incomplete() != null);
            snapshots.whole("s3", "queue", 5);
            task.drain();
        }

        assertThat(destination.orders()).hasSize(5);
        assertThat(incomplete()).isNull();
    }

    @Test
    void anIdleLoadInBatchesIsMarkedAndGoesOnWhereItWas() {
        try (DrivenTask task = destination.task("snapshot.idle.max.ms", "300", "snapshot.transaction.max.ms", "0")) {
            task.open(log);
            snapshots.begin("s1", "queue");
            snapshots.rows("s1", 1, 20);
            task.turnUntil("the table is marked", () -> incomplete() != null);
            assertThat(destination.storedOffset(log.partition().topic())).isEqualTo(log.end());
            snapshots.lastRows("s1", 21, 30);
            task.drain();
        }

        assertThat(destination.orders()).hasSize(30);
        assertThat(incomplete()).isNull();
    }

    private String incomplete() {
        return destination.database().value("SELECT to_regclass('tablecast.table_state')") == null
                ? null
                : destination.database().column("SELECT coalesce(incomplete, '') FROM tablecast.table_state").stream()
                        .filter(reason -> !reason.isEmpty())
                        .findFirst()
                        .orElse(null);
    }

    private long transactions() {
        return destination
                .database()
                .number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND application_name LIKE 'tablecast/%' AND query LIKE 'COPY%' AND state = 'active'");
    }
}
