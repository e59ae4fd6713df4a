// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whoever sets up or removes queues waits for those before, for as long as what it has to do allows. */
class QueueTurnsIT {

    private static final TableId ITEM = new TableId("public", "item");
    private static final Duration SOON = Duration.ofSeconds(15);

    private final QueueRegistry registry = new QueueRegistry("tablecast");
    private final Database database = PostgresServer.shared().createDatabase();
    private Connection other;

    @BeforeEach
    void createTable() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        other = database.connection();
        other.setAutoCommit(false);
    }

    @AfterEach
    void dropDatabase() throws SQLException {
        other.close();
        database.close();
    }

    @Test
    void queuesThatNobodyFollowsAreLeftLaterWhenOthersAreAtWork() throws SQLException {
        try (FollowedLog log = new FollowedLog(database, "shop", Map.of())) {
            log.start(ITEM);
            log.awaitSize(1);
            log.crash();
            database.execute("UPDATE tablecast.queue_consumer SET seen_at = seen_at - interval '6 min'");
            beginSetup();
            UnusedQueues unused = new UnusedQueues(SourceSettings.parse(log.properties()));
            try (Connection connection = database.connection()) {
                long begun = System.nanoTime();

                assertThatThrownBy(() -> unused.leaveAllBut(connection, List.of()))
                        .hasMessageContaining("lock timeout");

                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(SOON);
            }
        }
    }

    @Test
    void operatorWaitsNoLongerThanAskedTo() throws SQLException {
        beginSetup();
        try (FollowedLog log = new FollowedLog(database, "shop", Map.of());
                Connection connection = database.connection()) {
            connection.setAutoCommit(false);
            QueueAdministration administration =
                    new QueueAdministration(SourceSettings.parse(log.properties()), Duration.ofSeconds(1));
            long begun = System.nanoTime();

            assertThatThrownBy(() -> administration.setUp(connection, ITEM, database.user()))
                    .hasMessageContaining("lock timeout");

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isBetween(Duration.ofMillis(500), SOON);
        }
    }

    @Test
    void setupThatWaitsTakesNoPlaceFromCopies() throws SQLException {
        beginSetup();
        try (FollowedLog log = new FollowedLog(database, "shop", Map.of())) {
            log.start(ITEM);
            Conditions.await(
                    SOON,
                    "nobody waits for the turn",
                    () -> database.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                                    + " AND wait_event_type = 'Lock' AND wait_event = 'advisory'")
                            == 1);

            assertThat(log.isEveryPlaceFree()).isTrue();
        }
    }

    private void beginSetup() throws SQLException {
        SetupTransaction.execute(other, SetupTransaction.begin(registry, SOON));
    }
}
