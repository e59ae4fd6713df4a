// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Loads that come one after the other have one session. */
class LoadSessionsIT {

    private static final String TOPIC = "erp.shop.orders";
    private static final String PROCESSES = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            + " AND application_name LIKE 'tablecast/%'";

    private final Destination destination = Destination.create();
    private final Database database = destination.database();
    private final TopicLog log = new TopicLog(TOPIC, 0);
    private final Snapshots snapshots = new Snapshots(new Orders(log, "orders"));

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @Test
    void sixLoadsAndTheWriterHaveTwoSessions() {
        Set<String> processes = new HashSet<>();
        try (DrivenTask task = destination.task()) {
            task.open(log);
            for (int i = 1; i <= 6; i++) {
                snapshots.whole("s" + i, "snapshot", 10 * i);
                task.drain();
                processes.addAll(database.column(PROCESSES));
            }
        }

        assertThat(processes).hasSize(2);
        assertThat(database.number("SELECT count(*) FROM shop.orders")).isEqualTo(60);
        awaitProcesses(0);
    }

    @Test
    void sessionThatTheServerEndedBetweenTwoLoadsFailsNone() {
        try (DrivenTask task = destination.task()) {
            task.open(log);
            snapshots.whole("s1", "snapshot", 10);
            task.drain();
            database.execute("SELECT pg_terminate_backend(pid, 10000) FROM (" + PROCESSES + ") AS sessions");

            snapshots.whole("s2", "snapshot", 20);
            task.drain();
        }

        assertThat(database.column("SELECT snapshot_id || ' ' || outcome FROM tablecast.run_log ORDER BY 1"))
                .containsExactly("s1 loaded", "s2 loaded");
        assertThat(database.number("SELECT count(*) FROM shop.orders")).isEqualTo(20);
    }

    @Test
    void sessionInWhichStatementsOfTheUserMayHaveRunIsNotUsedAgain() {
        try (DrivenTask task = destination.task("post.swap.sql", "SET search_path = pg_catalog")) {
            task.open(log);
            snapshots.whole("s1", "snapshot", 10);
            task.drain();

            awaitProcesses(1);
        }
    }

    private void awaitProcesses(int count) {
        Conditions.await(
                Duration.ofSeconds(30),
                () -> "there are " + database.column(PROCESSES),
                () -> database.column(PROCESSES).size() == count);
    }
}
