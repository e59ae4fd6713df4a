// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.ConnectionSettings;
import io.tablecast.source.config.OnTableError;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.Connections;
import io.tablecast.testing.Conditions;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TableTurnsTest {

    private static final TableId ITEM = new TableId("shop", "item");
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final BoundedRecordBuffer buffer = new BoundedRecordBuffer(10, 1 << 20, 10);
    private final SetClock clock = new SetClock();
    private final TableTurns turns = new TableTurns(
            "turns-",
            1,
            new Connections(new ConnectionSettings(
                    "jdbc:postgresql://db:5432/shop?password=secret", "", new Password(""), Map.of(), "c")),
            buffer,
            clock,
            Duration.ofMillis(5));

    @AfterEach
    void stop() throws InterruptedException {
        turns.requestStop();
        turns.awaitEnd(PATIENCE);
    }

    @Test
    void tableWaitsUntilItsTurnIsDueByTheClock() {
        AtomicInteger count = new AtomicInteger();
        AtomicInteger other = new AtomicInteger();
        begin(() -> {
            count.incrementAndGet();
            return Optional.of(clock.instant().plusSeconds(3600));
        });
        begin(() -> {
            other.incrementAndGet();
            return Optional.of(clock.instant());
        });

        await("other turns", () -> other.get() >= 20);
        assertThat(count).hasValue(1);
        clock.now = clock.now.plusSeconds(3600);
        await("a second turn", () -> count.get() == 2);
    }

    @Test
    void turnWithoutASuccessorIsTheLastOne() {
        AtomicInteger count = new AtomicInteger();
        AtomicInteger other = new AtomicInteger();
        begin(() -> {
            count.incrementAndGet();
            return Optional.empty();
        });
        begin(() -> {
            other.incrementAndGet();
            return Optional.of(clock.instant());
        });

        await("other turns", () -> other.get() >= 20);
        assertThat(count).hasValue(1);
    }

    @Test
    void whatMayPassIsTriedAgain() {
        TurnOfOutcomes turn =
                new TurnOfOutcomes(new SQLException("gone", "08006"), new SQLException("no such column", "42703"));

        begin(turn);

        // The undefined column comes second, when nothing can have changed in between any more.
        await("two tries", () -> turn.taken.get() == 2);
        assertThatThrownBy(() -> buffer.take(PATIENCE))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Cannot read shop.item from jdbc:postgresql://db:5432/shop: no such column."
                        + " Remove the cause, then restart the task.");
    }

    @Test
    void tableThatChangedJustNowIsTriedAgainOnce() {
        TurnOfOutcomes turn = new TurnOfOutcomes(new SQLException("no such table", "42P01"));

        begin(turn);

        await("a second try", () -> turn.taken.get() == 2);
        buffer.throwIfFailed();
    }

    @Test
    void whatWouldFailAgainStopsTheTask() {
        for (Throwable failure : List.of(new IllegalStateException("broken"), new StackOverflowError("deep"))) {
            BoundedRecordBuffer own = new BoundedRecordBuffer(10, 1 << 20, 10);
            TableTurns one = new TableTurns(
                    "turns-",
                    1,
                    new Connections(new ConnectionSettings(
                            "jdbc:postgresql://db:5432/shop", "", new Password(""), Map.of(), "c")),
                    own,
                    clock);

            one.begin(ITEM, OnTableError.FAIL, new TableMetrics(clock), new TurnOfOutcomes(failure));

            assertThatThrownBy(() -> own.take(PATIENCE))
                    .isInstanceOf(ConnectException.class)
                    .hasMessage(
                            "Cannot read shop.item from jdbc:postgresql://db:5432/shop: " + failure.getMessage() + ".");
            one.requestStop();
        }
    }

    @Test
    void connectorsOwnMessageIsNotWrapped() {
        begin(new TurnOfOutcomes(new ConnectException("Cannot read shop.item: no key.")));

        assertThatThrownBy(() -> buffer.take(PATIENCE)).hasMessage("Cannot read shop.item: no key.");
    }

    @Test
    void tableGoesOnWhenRecordsAreTakenAgain() throws InterruptedException {
        List<SourceRecord> nine = Collections.nCopies(9, new SourceRecord(Map.of(), Map.of(), "t", null, 1));
        buffer.put(nine);
        TurnOfOutcomes turn = new TurnOfOutcomes(new CongestedException(Duration.ofSeconds(1)));
        begin(turn);
        await("a first try", () -> turn.taken.get() == 1);

        assertThat(buffer.take(PATIENCE)).hasSize(9);

        await("a second try", () -> turn.taken.get() == 2);
    }

    @Test
    void noTurnBeginsAfterTheStop() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger interrupted = new AtomicInteger();
        begin(() -> {
            begun.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.incrementAndGet();
                throw e;
            }
            return Optional.of(clock.instant());
        });
        begun.await();

        turns.requestStop();
        turns.awaitEnd(PATIENCE);

        assertThat(interrupted).hasValue(1);
        TurnOfOutcomes late = new TurnOfOutcomes();
        begin(late);
        assertThat(late.taken).hasValue(0);
    }

    private void begin(TableTurns.Turn turn) {
        turns.begin(ITEM, OnTableError.FAIL, new TableMetrics(clock), turn);
    }

    private static void await(String what, Callable<Boolean> condition) {
        Conditions.await(PATIENCE, what, condition);
    }

    /** Throws one failure after the other, then has nothing more to do. */
    private static final class TurnOfOutcomes implements TableTurns.Turn {

        private final Queue<Throwable> failures;
        private final AtomicInteger taken = new AtomicInteger();

        TurnOfOutcomes(Throwable... failures) {
            this.failures = new ConcurrentLinkedQueue<>(new ArrayDeque<>(List.of(failures)));
        }

        @Override
        public Optional<Instant> take() throws SQLException {
            Throwable failure = failures.poll();
            taken.incrementAndGet();
            if (failure instanceof SQLException e) {
                throw e;
            }
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            if (failure instanceof Error e) {
                throw e;
            }
            return Optional.empty();
        }
    }

    private static final class SetClock extends Clock {

        private volatile Instant now = Instant.parse("2026-01-01T00:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    }
}
