// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Offsets, restarts, cleaning, and several consumers of one queue. */
class QueueRestartIT {

    private static final TableId ITEM = new TableId("public", "item");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Database database;
    private FollowedLog log;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createDatabase();
        log = new FollowedLog(database, "shop", Map.of());
    }

    @AfterEach
    void dropDatabase() {
        log.close();
        database.close();
    }

    @Test
    void idleTablesMoveTheirOffsetsByHeartbeatsAndQueuesAreCleaned() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "CREATE TABLE idle (id int PRIMARY KEY)");
        TableId idle = new TableId("public", "idle");
        log.start(ITEM, idle);
        log.awaitSize(2);
        database.execute("INSERT INTO item SELECT generate_series(1, 1000)");
        log.awaitEqual(ITEM, 1);
        await().atMost(PATIENCE).until(() -> log.heartbeats() > 0);

        await().atMost(PATIENCE).until(() -> {
            log.storeAll();
            return database.number("SELECT count(*) FROM tablecast.queue_public_item") == 0;
        });
        assertThat(log.storedOffsets().get(idle)).containsEntry("state", "streaming");
    }

    @Test
    void nothingIsDeletedFromTheQueueBeforeItsOffsetIsStored() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        log.start(ITEM);
        log.awaitSize(1);
        log.storeAll();
        execute("INSERT INTO item VALUES (1)", 2);
        log.crash();
        log.lose(1);

        log.start(ITEM);

        log.awaitSize(2);
        assertThat(log.brief(0)).containsExactly("t", "c 1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE item SET n = 7",
                "DELETE FROM item WHERE id % 3 = 0",
                "DELETE FROM item WHERE id % 3 = 0; INSERT INTO item SELECT g * 3, 5 FROM generate_series(1, 500) g",
                "UPDATE item SET id = id + 5000 WHERE id % 2 = 0",
                "TRUNCATE item; INSERT INTO item VALUES (2, 2), (4000, 1)"
            })
    void windowThatWasSentInPartIsFinishedWhateverHappenedSince(String meanwhile) {
        log = new FollowedLog(database, "shop", Map.of("batch.max.rows", "100"));
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY, n int)",
                "INSERT INTO item SELECT g, 0 FROM generate_series(1, 2000) g");
        log.start(ITEM);
        log.awaitSize(2001);
        log.storeAll();
        database.execute("BEGIN; UPDATE item SET n = 1; DELETE FROM item WHERE id > 1900; UPDATE item SET id = 3000"
                + " WHERE id = 1; COMMIT");
        log.awaitEqual(ITEM, 1);
        log.crash();
        log.lose(3000);
        log.store(2900);
        assertThat(log.storedOffsets().get(ITEM)).containsKey("last_id");

        database.execute(meanwhile);
        log.start(ITEM);

        log.awaitEqual(ITEM, 1);
        assertThat(log.copies()).isEqualTo(1);
    }

    @Test
    void lostConsumerAndOldOffsetCopyTheTableAgain() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        log.start(ITEM);
        log.awaitSize(1);
        log.store(log.size());
        int early = 1;
        execute("INSERT INTO item VALUES (1)", 2);
        log.crash();
        database.execute("UPDATE tablecast.queue_consumer SET lost = true", "TRUNCATE tablecast.queue_public_item");
        log.start(ITEM);
        log.awaitCopies(2);
        log.awaitEqual(ITEM, 1);

        log.crash();
        database.execute("UPDATE tablecast.queue_consumer SET confirmed = pg_current_snapshot()");
        log.setBack(early);
        log.start(ITEM);
        log.awaitCopies(3);
        log.awaitEqual(ITEM, 1);
    }

    @Test
    void consumersOfOneQueueDoNotHarmEachOther() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "INSERT INTO item VALUES (1)");
        try (FollowedLog other = new FollowedLog(database, "other", Map.of())) {
            log.start(ITEM);
            other.start(ITEM);
            log.awaitSize(2);
            await().atMost(PATIENCE).until(() -> other.size() >= 2);
            other.crash();
            execute("INSERT INTO item VALUES (2)", 3);
            log.storeAll();
            other.store(other.size());

            other.start(ITEM);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(other.brief(0)).containsExactly("t", "r 1", "c 2"));
            other.crash();
            try (Connection connection = database.connection()) {
                connection.setAutoCommit(false);
                new QueueSetup(new QueueRegistry("tablecast"))
                        .unregister(connection, "other/shop", ITEM, database.user());
            }
            execute("INSERT INTO item VALUES (3)", 4);
            assertThat(log.brief(2)).containsExactly("c 2", "c 3");
        }
    }

    @Test
    void connectionsThatAreCutAreOpenedAgain() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        log.start(ITEM);
        log.awaitSize(1);

        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
        database.execute("INSERT INTO item VALUES (1)");

        log.awaitEqual(ITEM, 1);
        assertThat(log.failure()).isNull();
    }

    private void execute(String sql, int sizeAfterwards) {
        database.execute(sql);
        log.awaitSize(sizeAfterwards);
    }
}
