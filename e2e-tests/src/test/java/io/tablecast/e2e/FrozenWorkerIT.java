// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.ConnectRest;
import io.tablecast.testing.ConnectWorker;
import io.tablecast.testing.ConnectorStatus;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.WorkerOptions;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * A worker whose process stands still for a while (SIGSTOP), as a virtual machine may: its group gives its tasks to
 * others, and when it wakes up it writes nothing. Append mode shows repeats that upserts would hide.
 */
final class FrozenWorkerIT {

    private static final String LOG = "shop.log";

    @Test
    void workerThatStoodStillInTheMiddleOfATransactionWritesNothingWhenItWakesUp() throws SQLException {
        WorkerOptions options = Replication.options(ExactlyOnceSource.ENABLED)
                .withSetting("scheduled.rebalance.max.delay.ms", "0")
                .withSetting("session.timeout.ms", "6000")
                .withSetting("heartbeat.interval.ms", "2000");
        try (Replication replication = Replication.start(options);
                ConnectWorker other = ConnectWorker.start(KafkaBroker.shared(), Plugins.built(), options)) {
            replicate(replication);
            boolean isOnOther = isTaskOn(replication, replication.rest(), other);
            ConnectWorker owner = isOnOther ? other : replication.worker();
            ConnectWorker successor = isOnOther ? replication.worker() : other;

            freezeInATransaction(replication, owner);
            Conditions.await(
                    Replication.PATIENCE,
                    () -> "the task does not move: " + successor.rest().status(replication.sinkName()),
                    () -> isTaskOn(replication, successor.rest(), successor));
            replication.awaitEqual(LOG);

            owner.thaw();
            insert(replication.source(), 2_001, 3_000);
            replication.awaitEqual(LOG);
            Conditions.await(
                    Replication.PATIENCE,
                    "the worker does not come back",
                    () -> owner.rest().isHealthy());
            insert(replication.source(), 3_001, 3_100);
            replication.awaitEqual(LOG);
            replication.rest().awaitRunning(replication.sinkName(), Replication.PATIENCE);
        }
    }

    private static void replicate(Replication replication) {
        replication.source().execute("CREATE SCHEMA shop", "CREATE TABLE shop.log (id bigint PRIMARY KEY, note text)");
        insert(replication.source(), 1, 100);
        replication.deploySource(Map.of("mode", "queue", "tasks.max", "1"));
        replication.deploySink(Map.of(
                "apply.mode", "append",
                "tasks.max", "1",
                "consumer.override.session.timeout.ms", "6000",
                "consumer.override.heartbeat.interval.ms", "2000",
                "consumer.override.partition.assignment.strategy",
                        "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"));
        replication.awaitEqual(LOG);
    }

    /** The owner's session has written rows and holds their locks, but its worker never gets to COMMIT. */
    private static void freezeInATransaction(Replication replication, ConnectWorker owner) throws SQLException {
        Database destination = replication.destination();
        try (Connection blocker = destination.connection();
                Statement statement = blocker.createStatement()) {
            blocker.setAutoCommit(false);
            statement.execute("LOCK TABLE shop.log IN SHARE MODE");
            insert(replication.source(), 101, 2_000);
            Conditions.await(
                    Replication.PATIENCE,
                    "the sink does not write",
                    () -> sessions(destination, "wait_event_type = 'Lock'") == 1);
            owner.freeze();
            blocker.rollback();
        }
        Conditions.await(
                Replication.PATIENCE,
                "the sink's transaction does not stand still",
                () -> sessions(destination, "wait_event = 'ClientRead' AND xact_start IS NOT NULL") == 1);
        assertThat(destination.number("SELECT count(*) FROM shop.log")).isEqualTo(100);
    }

    private static long sessions(Database destination, String condition) {
        return destination.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                + " AND application_name LIKE 'tablecast/%' AND " + condition);
    }

    private static boolean isTaskOn(Replication replication, ConnectRest rest, ConnectWorker worker) {
        return rest.status(replication.sinkName()).map(ConnectorStatus::tasks).orElse(List.of()).stream()
                .anyMatch(task -> worker.rest().toString().endsWith(task.worker())
                        && task.state().equals("RUNNING"));
    }

    private static void insert(Database source, int from, int to) {
        source.execute(
                "INSERT INTO shop.log SELECT i, 'note ' || i FROM generate_series(" + from + ", " + to + ") AS i");
    }
}
