// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every record is written once, whoever dies when. Append mode shows repeats that upserts would hide. */
class ExactlyOnceIT {

    private static final String TOPIC = "erp.shop.orders";
    private static final String[] APPEND = {"apply.mode", "append"};

    private final TopicLog log = new TopicLog(TOPIC, 0);
    private final Orders orders = new Orders(log, "orders");
    private Destination destination;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
        destination
                .database()
                .execute("CREATE SCHEMA shop", "CREATE TABLE shop.orders (id bigint, code text, amount int)");
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @Test
    void aNewTaskGoesOnWhereTheDestinationStands() {
        insert(1, 100);
        try (DrivenTask task = destination.task(APPEND)) {
            task.open(log);
            task.drain();
        }
        insert(101, 150);
        try (DrivenTask task = destination.task(APPEND)) {
            task.open(log);
            task.drain();
        }

        assertEachOnce(150);
    }

    @Test
    void recordsFetchedBeforeTheClaimAreNotAccepted() {
        insert(1, 10);
        try (DrivenTask task = destination.task(APPEND)) {
            task.open(log);
            task.drain();
        }

        try (DrivenTask task = destination.task(APPEND)) {
            task.open(log);
            task.put(log.from(0, 10));
            task.turnUntil("the partition is claimed", () -> task.context().isPaused(log.partition()));
            insert(11, 20);
            task.drain();
        }

        assertEachOnce(20);
    }

    @Test
    void aTaskThatWasReplacedWritesNothingAnyMore() {
        insert(1, 10);
        DrivenTask zombie = destination.task(APPEND);
        zombie.open(log);
        zombie.drain();
        try (DrivenTask successor = destination.task(APPEND)) {
            successor.open(log);
            insert(11, 20);
            successor.drain();

            assertThatThrownBy(() -> zombie.turnUntil("the zombie is fenced", () -> false))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("Cannot write erp.shop.orders[0]: another task has claimed it (epoch ")
                    .hasMessageContaining("offset.namespace \"sink-a\"");
        }
        zombie.vanish();

        assertEachOnce(20);
    }

    @Test
    void anOwnerThatStandsStillInATransactionIsNotWaitedFor() throws SQLException {
        insert(1, 10);
        try (DrivenTask task = destination.task(APPEND)) {
            task.open(log);
            task.drain();
        }

        try (Connection stopped = destination.database().connection();
                Statement statement = stopped.createStatement()) {
            statement.execute("SET application_name = 'tablecast/sink-a'");
            statement.execute("UPDATE tablecast.sink_offset SET writer_pid = pg_backend_pid()");
            stopped.setAutoCommit(false);
            statement.execute("LOCK TABLE shop.orders IN EXCLUSIVE MODE");
            statement.execute("UPDATE tablecast.sink_offset SET next_offset = 20");
            insert(11, 20);
            try (DrivenTask task = destination.task(APPEND)) {
                task.open(log);
                task.drain();
            }
            assertThat(stopped.isValid(5)).isFalse();
        }

        assertEachOnce(20);
    }

    /** A load moves the offset by a session of its own, and the writer may have connected again: neither hides it. */
    @Test
    void theSessionThatWritesIsKnownToClaimsBeforeItCommits() throws SQLException {
        new Snapshots(orders).whole("s1", "queue", 3);
        try (DrivenTask task = destination.task(APPEND);
                Connection blocker = destination.database().connection();
                Statement statement = blocker.createStatement()) {
            task.open(log);
            task.drain();
            blocker.setAutoCommit(false);
            for (int sent = 10; sent <= 11; sent++) {
                statement.execute("LOCK TABLE shop.orders IN SHARE MODE");
                insert(sent, sent);
                task.turnUntil("the session that waits to write is known", this::isWaitingWriterKnown);
                blocker.rollback();
                task.drain();
                endSessions(destination);
            }
        }

        assertThat(destination.orders()).hasSize(5);
    }

    private boolean isWaitingWriterKnown() {
        return destination
                        .database()
                        .number("SELECT count(*) FROM pg_stat_activity AS session JOIN tablecast.sink_offset AS stored"
                                + " ON stored.writer_pid = session.pid WHERE session.wait_event_type = 'Lock'")
                == 1;
    }

    @Test
    void backendsKilledAtRandomMomentsLoseAndDoubleNothing() {
        try (DrivenTask task = destination.task(APPEND)) {
            task.mostPerPoll(20);
            task.open(log);
            Random random = new Random(7);
            int sent = 0;
            int killed = 0;
            for (int round = 0; round < 20; round++) {
                insert(sent + 1, sent + 200);
                sent += 200;
                long until = System.nanoTime() + random.nextInt(40_000_000);
                task.turnUntil("some time has passed", () -> System.nanoTime() > until);
                killed += endSessions(destination);
                task.drain();
            }
            assertThat(killed).isGreaterThan(5);
            assertEachOnce(sent);
        }
    }

    @Test
    void aDatabaseThatIsAwayIsWaitedFor() {
        try (PostgresServer server = PostgresServer.start();
                Destination away = Destination.on(server)) {
            insert(1, 10);
            server.stop();
            try (DrivenTask task = away.task("table.shop.orders.apply.mode", "upsert")) {
                task.open(log);
                long started = System.nanoTime();
                for (int i = 0; i < 100; i++) {
                    task.turn();
                }
                assertThat(task.context().timeout()).isBetween(1L, 100L);
                assertThat(java.time.Duration.ofNanos(System.nanoTime() - started))
                        .isLessThan(java.time.Duration.ofSeconds(5));
                assertThat(task.committed()).isEmpty();
                server.startAgain();
                task.drain();

                server.kill();
                insert(11, 20);
                for (int i = 0; i < 100; i++) {
                    task.turn();
                }
                server.startAgain();
                task.drain();
            }

            assertThat(away.database().number("SELECT count(*) FROM shop.orders"))
                    .isEqualTo(20);
        }
    }

    @Test
    void partitionsMayBeTakenAwayAndGivenBackAtAnyTime() {
        TopicLog other = new TopicLog("erp.shop.items", 0);
        Orders items = new Orders(other, "items");
        destination.database().execute("CREATE TABLE shop.items (id bigint, code text, amount int)");
        insert(1, 500);
        items.insert(1, "i", 1);
        try (DrivenTask task = destination.task(APPEND)) {
            task.mostPerPoll(30);
            task.open(log, other);
            for (int round = 0; round < 10; round++) {
                for (int i = 0; i < 7; i++) {
                    task.turn();
                }
                task.close(log);
                items.insert(round + 2, "i", 1);
                task.turn();
                task.open(log);
            }
            task.drain();
        }

        assertEachOnce(500);
        assertThat(destination.database().number("SELECT count(*) FROM shop.items"))
                .isEqualTo(11);
    }

    @Test
    void onlyWhatIsCommittedIsReportedAndOnlyForPartitionsAskedFor() {
        insert(1, 10);
        try (DrivenTask task = destination.task("apply.mode", "append", "batch.linger.ms", "60000")) {
            task.open(log);
            for (int i = 0; i < 20; i++) {
                task.turn();
            }
            assertThat(task.committed()).isEmpty();
        }
        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isZero();
    }

    @Test
    void aTopicThatWasCreatedAgainStopsTheTask() {
        insert(1, 10);
        try (DrivenTask task = destination.task(APPEND)) {
            task.open(log);
            task.drain();

            assertThatThrownBy(() -> task.put(log.from(3, 1)))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("erp.shop.orders[0]@3")
                    .hasMessageContaining("deleted and created again")
                    .hasMessageContaining("set the partition's kafka_offset to 0 by PATCH /connectors/<name>/offsets");
        }
    }

    @Test
    void alteredOffsetsHoldForTheNextTask() {
        insert(1, 10);
        try (DrivenTask task = destination.task(APPEND)) {
            task.open(log);
            task.drain();
        }
        destination.database().execute("TRUNCATE shop.orders");
        PostgresSinkConnector connector = new PostgresSinkConnector();

        assertThat(connector.alterOffsets(destination.settings(), Map.of(log.partition(), 7L)))
                .isTrue();
        try (DrivenTask task = destination.task(APPEND)) {
            task.open(log);
            task.drain();
        }
        assertThat(destination.database().column("SELECT id FROM shop.orders ORDER BY id"))
                .isEqualTo(List.of("8", "9", "10"));

        Map<TopicPartition, Long> reset = new HashMap<>();
        reset.put(log.partition(), null);
        // Connect names no partition where the consumer group has committed nothing.
        for (Map<TopicPartition, Long> request : List.of(reset, Map.<TopicPartition, Long>of())) {
            destination.database().execute("TRUNCATE shop.orders");
            assertThat(connector.alterOffsets(destination.settings(), request)).isTrue();
            try (DrivenTask task = destination.task(APPEND)) {
                task.open(log);
                task.drain();
            }
            assertEachOnce(10);
        }
    }

    private static int endSessions(Destination at) {
        return at.database()
                .rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE application_name = 'tablecast/sink-a' AND datname = current_database()")
                .size();
    }

    @Test
    void aCommitThatFailedWithoutAnAnswerIsRepeated() {
        destination
                .database()
                .execute(
                        "CREATE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS"
                                + " 'BEGIN PERFORM pg_sleep(60) WHERE NEW.id = 15; RETURN NEW; END'",
                        "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON shop.orders DEFERRABLE INITIALLY DEFERRED"
                                + " FOR EACH ROW EXECUTE FUNCTION wait_at_commit()");
        insert(1, 10);
        try (DrivenTask task = destination.task(APPEND)) {
            task.open(log);
            task.drain();
            insert(11, 20);
            task.turnUntil("COMMIT is under way", () -> isWaitingFor(destination, "PgSleep"));
            endSessions(destination);
            destination
                    .database()
                    .execute("CREATE OR REPLACE FUNCTION wait_at_commit() RETURNS trigger LANGUAGE plpgsql AS"
                            + " 'BEGIN RETURN NEW; END'");
            task.drain();
        }

        assertEachOnce(20);
    }

    @Test
    void aCommitThatHappenedWithoutAnAnswerIsNotRepeated() {
        try (PostgresServer server = PostgresServer.start();
                Destination own = Destination.on(server)) {
            own.database().execute("CREATE SCHEMA shop", "CREATE TABLE shop.orders (id bigint, code text, amount int)");
            insert(1, 10);
            try (DrivenTask task = own.task(APPEND)) {
                task.open(log);
                task.drain();
                synchronousStandby(own, "nobody");
                insert(11, 20);
                task.turnUntil("COMMIT waits for a standby", () -> isWaitingFor(own, "SyncRep"));
                endSessions(own);
                synchronousStandby(own, "");
                task.drain();
            }

            assertEachOnce(own, 20);
        }
    }

    // With a standby that does not exist, COMMIT is done on disk and its answer waits for ever.
    private static void synchronousStandby(Destination at, String name) {
        at.database().execute("ALTER SYSTEM SET synchronous_standby_names = '" + name + "'", "SELECT pg_reload_conf()");
    }

    private static boolean isWaitingFor(Destination at, String event) {
        return at.database()
                        .number("SELECT count(*) FROM pg_stat_activity WHERE wait_event = '" + event
                                + "' AND application_name = 'tablecast/sink-a' AND datname = current_database()")
                > 0;
    }

    private void insert(int from, int to) {
        for (int id = from; id <= to; id++) {
            orders.insert(id, "a", id);
        }
    }

    private void assertEachOnce(int last) {
        assertEachOnce(destination, last);
    }

    private static void assertEachOnce(Destination at, int last) {
        assertThat(at.database()
                        .value("SELECT format('%s rows, %s ids, up to %s', count(*), count(DISTINCT id),"
                                + " max(id)) FROM shop.orders"))
                .isEqualTo("%d rows, %d ids, up to %d".formatted(last, last, last));
    }
}
