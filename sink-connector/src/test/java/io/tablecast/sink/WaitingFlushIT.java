// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A flush that waits for a parent row meets what else happens to a task. */
class WaitingFlushIT {

    private final TopicLog log = new TopicLog("erp.shop.orders", 0);
    private final Orders orders = new Orders(log, "orders");
    private final TopicLog parents = new TopicLog("erp.shop.customers", 0);
    private final Orders customers = new Orders(parents, "customers");
    private Destination destination;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
        destination
                .database()
                .execute(
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.customers (id bigint PRIMARY KEY, code text, amount int)",
                        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text,"
                                + " amount int REFERENCES shop.customers)");
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @Test
    void itsPartitionMayBeTakenAwayAndGivenBack() {
        orders.insert(1, "a", 7);
        try (DrivenTask task = destination.task()) {
            task.open(log, parents);
            for (int round = 0; round < 20; round++) {
                for (int i = 0; i < 3 + round; i++) {
                    task.turn();
                }
                task.close(log);
                for (int i = 0; i < round; i++) {
                    task.turn();
                }
                task.open(log);
            }
            customers.insert(7, "c", 1);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("1:a:7");
    }

    @Test
    void itLetsNoMoreThanAFewBatchesGather() {
        for (int id = 1; id <= 2000; id++) {
            orders.insert(id, "a", 7);
        }
        try (DrivenTask task = destination.task("batch.max.rows", "20")) {
            task.mostPerPoll(20);
            task.open(log, parents);
            task.turnUntil(
                    "the children are held back",
                    () -> task.position(log) > 100 && task.context().isPaused(log.partition()));
            for (int i = 0; i < 200; i++) {
                task.turn();
            }
            assertThat(task.context().isPaused(log.partition())).isTrue();
            assertThat(task.context().isPaused(parents.partition())).isFalse();
            assertThat(task.position(log)).isLessThan(400);
            customers.insert(7, "c", 1);
            task.drain();
        }

        assertThat(destination.orders()).hasSize(2000);
    }
}
