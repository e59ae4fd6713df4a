// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import static io.tablecast.sink.snapshot.Bench.NEXT_OFFSET;
import static org.apache.kafka.connect.data.Schema.Type.INT64;
import static org.apache.kafka.connect.data.Schema.Type.STRING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What readers at 200 queries a second see while a large snapshot is loaded and switched in. {@code
 * -Dtablecast.readers.rows=1000000} makes it a measure, with figures in the log.
 */
final class BusyReadersIT {

    private static final Logger LOG = LoggerFactory.getLogger(BusyReadersIT.class);
    private static final SourceShape SOURCE = SourceShape.withKey()
            .column("version", INT64, "bigint")
            .column("payload", STRING, "text")
            .index("by_version", "version");
    private static final String ROWS_PROPERTY = "tablecast.readers.rows";
    private static final int ROWS = Integer.getInteger(ROWS_PROPERTY, 30_000);
    private static final int QUERIES_PER_SECOND = 200;
    private static final int READERS = 8;
    private static final String LOOK = """
            SELECT (SELECT version FROM shop.orders WHERE id = 1), (SELECT version FROM shop.orders WHERE id = ?),
                   (SELECT max(version) FROM shop.orders WHERE id BETWEEN ? AND ? + 20),
                   (SELECT count(*) FROM shop.orders WHERE id BETWEEN ? AND ? + 20)
            """;

    private final Database database = PostgresServer.shared().createDatabase();
    private final Bench bench = Bench.on(database);
    private final AtomicLong queries = new AtomicLong();
    private final Queue<Waited> looks = new ConcurrentLinkedQueue<>();

    /** How long one look of a reader took. */
    private record Waited(long startNanos, long endNanos) {

        long millis() {
            return TimeUnit.NANOSECONDS.toMillis(endNanos - startNanos);
        }

        boolean isWithin(long from, long to) {
            return startNanos <= to && endNanos >= from;
        }
    }

    /** A load, and when its switch began and ended. */
    private record Loaded(LoadResult result, long switchNanos, long endNanos) {}

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @ParameterizedTest
    @CsvSource({"SWAP, VIEW", "SWAP, RENAME", "MERGE, AUTO"})
    void noReaderFailsOrSeesAnythingButOneWholeSnapshot(SnapshotApply apply, SwapMode mode) throws Exception {
        Bench swapping = bench.with(apply, mode);
        load(swapping, 1);
        ScheduledExecutorService readers = Executors.newScheduledThreadPool(READERS);
        try {
            List<ScheduledFuture<?>> running = new ArrayList<>();
            long period = TimeUnit.SECONDS.toMicros(READERS) / QUERIES_PER_SECOND;
            for (int i = 0; i < READERS; i++) {
                Connection connection = database.connection();
                try (Statement statement = connection.createStatement()) {
                    // Far longer than a switch and its lock timeout together: a reader that waits for others fails.
                    statement.execute("SET statement_timeout = '5s'");
                }
                running.add(readers.scheduleAtFixedRate(
                        () -> look(connection), i * period / READERS, period, TimeUnit.MICROSECONDS));
            }
            await().until(() -> queries.get() > QUERIES_PER_SECOND);
            long longestBefore = longest(Long.MIN_VALUE, Long.MAX_VALUE);
            looks.clear();

            Loaded second = load(swapping, 2);
            Loaded third = load(swapping, 3);

            long after = queries.get() + QUERIES_PER_SECOND;
            await().until(() -> queries.get() > after || running.stream().anyMatch(ScheduledFuture::isDone));
            // A reader whose look has failed is done.
            for (ScheduledFuture<?> reader : running) {
                if (reader.isDone()) {
                    reader.get();
                }
            }
            tell(
                    ("%s %s of %d rows: loads %d and %d ms, switches %d and %d ms; %d queries, of which the longest took %d ms"
                                    + " before, %d ms during the loads, and %d and %d ms at the switches")
                            .formatted(
                                    apply,
                                    mode,
                                    ROWS,
                                    second.result().elapsed().toMillis(),
                                    third.result().elapsed().toMillis(),
                                    second.result().switching().toMillis(),
                                    third.result().switching().toMillis(),
                                    queries.get(),
                                    longestBefore,
                                    longest(Long.MIN_VALUE, Long.MAX_VALUE),
                                    longest(second.switchNanos(), second.endNanos()),
                                    longest(third.switchNanos(), third.endNanos())));
        } finally {
            readers.shutdownNow();
        }
        assertThat(database.number("SELECT count(*) FROM shop.orders WHERE version = 3"))
                .isEqualTo(ROWS);
    }

    // Tests show warnings only, and the figures are what it is run for as a measure.
    private static void tell(String figures) {
        if (Integer.getInteger(ROWS_PROPERTY) != null) {
            LOG.warn(figures);
        } else {
            LOG.info(figures);
        }
    }

    /** The longest look, in milliseconds, that was under way in that time. */
    private long longest(long fromNanos, long toNanos) {
        return looks.stream()
                .filter(look -> look.isWithin(fromNanos, toNanos))
                .mapToLong(Waited::millis)
                .max()
                .orElse(0);
    }

    private Loaded load(Bench swapping, long version) throws Exception {
        Schema schema = SOURCE.row();
        SnapshotLoad load = swapping.start(SOURCE);
        for (int id = 1; id <= ROWS; id++) {
            if (id % 1000 == 0 && load.isQueueFull()) {
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> !load.isQueueFull());
            }
            Struct row = new Struct(schema)
                    .put("id", (long) id)
                    .put("version", version)
                    .put("payload", "a text of some fifty characters, as rows have them " + id);
            load.add(new LoadRow(row, id, id));
        }
        load.end(new SnapshotEnd(load.snapshotId(), ROWS), NEXT_OFFSET);
        Duration often = Duration.ofMillis(2);
        await().pollInterval(often).atMost(Duration.ofMinutes(10)).until(() -> load.state() != LoadState.LOADING);
        long switchNanos = System.nanoTime() - often.toNanos();
        await().pollInterval(often).atMost(Duration.ofMinutes(10)).until(() -> load.state() != LoadState.SWITCHING);
        if (load.failure().isPresent()) {
            throw load.failure().get();
        }
        return new Loaded(load.result().orElseThrow(), switchNanos, System.nanoTime());
    }

    private void look(Connection connection) {
        int id = ThreadLocalRandom.current().nextInt(1, ROWS - 20);
        long start = System.nanoTime();
        try (PreparedStatement statement = connection.prepareStatement(LOOK)) {
            for (int i = 1; i <= 5; i++) {
                statement.setLong(i, id);
            }
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                long version = rows.getLong(1);
                assertThat(version).isPositive();
                assertThat(rows.getLong(2)).isEqualTo(version);
                assertThat(rows.getLong(3)).isEqualTo(version);
                assertThat(rows.getLong(4)).isEqualTo(21);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        looks.add(new Waited(start, System.nanoTime()));
        queries.incrementAndGet();
    }
}
