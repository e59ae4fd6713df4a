// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.MySqlSettings;
import io.tablecast.source.metrics.BinlogMetrics;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.mysql.binlog.BinlogEvent;
import io.tablecast.source.mysql.binlog.BinlogPosition;
import io.tablecast.source.mysql.binlog.BinlogRefusedException;
import io.tablecast.source.mysql.binlog.BinlogStream;
import io.tablecast.source.mysql.binlog.BinlogStream.StartBy;
import io.tablecast.source.mysql.binlog.OtherServerException;
import io.tablecast.source.reading.Backoff;
import io.tablecast.source.reading.Heartbeats;
import io.tablecast.source.reading.ModeReader;
import io.tablecast.source.reading.RecordBuffer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.connect.errors.ConnectException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads all tables of a task from one stream of the binlog, on a thread of its own. Tables that were never read are copied
 * while their changes are followed. A stream that breaks is begun anew behind what was handed on.
 */
public final class BinlogReader implements ModeReader {

    private static final Logger LOG = LoggerFactory.getLogger(BinlogReader.class);
    private static final Duration IDLE = Duration.ofMillis(100);
    private static final Duration MOVING = Duration.ofSeconds(1);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(15);
    private static final int REFUSED_BINLOG = 1236;
    private static final int DIVIDED_TRIES = 4;

    private final List<BinlogTable> tables;
    private final MySqlSettings settings;
    private final MySqlConnections connections;
    private final long serverId;
    private final RecordBuffer buffer;
    private final Heartbeats heartbeats;
    private final Function<TableId, TableMetrics> metrics;
    private final Clock clock;
    private final BinlogRetention retention;
    private final LockedTables locked;
    private final TableStarts starts;
    private final TableStops stops;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;
    private final String label;

    /** What tables have come to; kept when the stream is begun anew. */
    private final Map<TableId, FollowedTable> followed = new LinkedHashMap<>();

    /**
     * Prepares the reader.
     *
     * @param serverId the number by which the server knows it
     * @param label names its threads
     */
    public BinlogReader(
            List<BinlogTable> tables,
            MySqlSettings settings,
            MySqlConnections connections,
            long serverId,
            RecordBuffer buffer,
            Heartbeats heartbeats,
            Function<TableId, TableMetrics> metrics,
            Function<TableId, BinlogMetrics> binlogMetrics,
            Clock clock,
            String label) {
        this.tables = List.copyOf(tables);
        this.settings = settings;
        this.connections = connections;
        this.serverId = serverId;
        this.buffer = buffer;
        this.heartbeats = heartbeats;
        this.metrics = metrics;
        this.clock = clock;
        this.label = label;
        this.retention = new BinlogRetention(binlogMetrics, clock);
        this.starts = new TableStarts(this.tables, settings, heartbeats, retention, clock);
        this.locked = new LockedTables(metrics, clock);
        this.stops = new TableStops(connections, heartbeats, metrics, locked);
        this.thread = new Thread(this::run, "tablecast-binlog-" + label);
        this.thread.setDaemon(true);
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public void stop() {
        stop.countDown();
        thread.interrupt();
        try {
            thread.join(STOP_PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        int failures = 0;
        while (stop.getCount() > 0) {
            try {
                Instant begun = clock.instant();
                try {
                    read();
                } finally {
                    failures = clock.instant().isAfter(begun.plus(Duration.ofMinutes(1))) ? 0 : failures;
                }
            } catch (InterruptedException stopped) {
                return;
            } catch (IOException | SQLException e) {
                if (stop.getCount() == 0 || !isWorthAnotherTry(e, ++failures)) {
                    return;
                }
            } catch (ConnectException e) {
                buffer.fail(e);
                return;
            } catch (RuntimeException | Error e) {
                if (stop.getCount() > 0) {
                    buffer.fail(MySqlFailures.of("Cannot read the binlog", connections, e));
                }
                return;
            }
        }
    }

    private boolean isWorthAnotherTry(Exception failure, int failures) {
        // A new server may be on its way to both connections.
        boolean isDivided = failure instanceof OtherServerException && failures > DIVIDED_TRIES;
        // What is purged meanwhile concerns single tables, which are looked at before each try.
        boolean isRefused = failure instanceof BinlogRefusedException refusal
                && refusal.code() == REFUSED_BINLOG
                && (failures > 1 || MySqlFailures.isClashOfServerIds(failure));
        if (isRefused || isDivided || MySqlFailures.isForGood(failure)) {
            buffer.fail(MySqlFailures.of("Cannot read the binlog", connections, failure));
            return false;
        }
        tables.forEach(table -> metrics.apply(table.partition().table()).failed());
        Duration wait = Backoff.after(failures);
        LOG.warn(
                "Reading the binlog of {} failed; trying again in {} ms: {}",
                connections.target(),
                wait.toMillis(),
                failure.getMessage());
        try {
            return !stop.await(wait.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            return false;
        }
    }

    private void read() throws IOException, SQLException, InterruptedException {
        try (Connection connection = connections.open()) {
            TableLook.waitBriefly(connection);
            MySqlServer server = MySqlServer.read(connection);
            List<String> obstacles = new ArrayList<>(server.obstacles(connection));
            server.copyObstacle(connection).ifPresent(obstacles::add);
            if (!obstacles.isEmpty()) {
                throw new ConnectException(
                        "Cannot read the binlog of " + connections.target() + ": " + String.join(" ", obstacles));
            }
            Charsets charsets = Charsets.read(connection, server.isMariaDb());
            starts.prepare(connection, server, charsets, followed, stops);
            boolean isLookOwed = starts.isIncomplete()
                    || followed.values().stream().anyMatch(table -> !table.isStopped() && !table.isRead());
            if (isLookOwed && followed.values().stream().noneMatch(FollowedTable::isRead)) {
                throw new SQLException("No table of the task can be looked at yet");
            }
            if (followed.isEmpty()) {
                LOG.warn("No table of the task is there to be read");
                stop.await();
                return;
            }
            stops.requireAny(followed.values());
            BinlogPosition start = TableStarts.earliest(connection, server, followed.values());
            LOG.info(
                    "Reading {} tables from the binlog of {} at {}, behind {}:{}",
                    followed.size(),
                    server.title(),
                    connections.target(),
                    start.file(),
                    start.offset());
            StartBy startBy = server.positionForm() == PositionForm.GTIDS ? StartBy.GTIDS : StartBy.COORDINATES;
            try (BinlogStream stream = BinlogStream.open(
                    connections.binlog(),
                    server.serverId(),
                    serverId,
                    start,
                    startBy,
                    "tablecast-binlog-client-" + label)) {
                follow(connection, server, charsets, stream, start);
            }
        }
    }

    private void follow(
            Connection connection, MySqlServer server, Charsets charsets, BinlogStream stream, BinlogPosition start)
            throws IOException, SQLException, InterruptedException {
        Map<TableId, ChangeRecords> records = new HashMap<>();
        Map<TableId, TableCopy> copies = new LinkedHashMap<>();
        followed.forEach((id, table) -> {
            ChangeRecords ofTable = new ChangeRecords(table, settings.tombstones(), buffer, metrics.apply(id), clock);
            records.put(id, ofTable);
            copies.put(id, new TableCopy(table, server, charsets, settings.chunkRows(), ofTable, metrics.apply(id)));
        });
        StreamPosition position = new StreamPosition(start, server.positionForm());
        boolean tellsColumns = server.tellsColumns(connection);
        if (!tellsColumns) {
            LOG.warn(
                    "The binlog of {} does not name columns, so each statement that alters a table has it copied again."
                            + " Set binlog_row_metadata=FULL at the server, also in its configuration",
                    connections.target());
        }
        LayoutChanges layouts =
                new LayoutChanges(connection, server, charsets, tellsColumns ? Set.of() : followed.keySet());
        StreamFollower follower = new StreamFollower(
                followed, copies, records, layouts, stops, position, server.nameCase(), charsets::ofClient);
        TableCopies running = new TableCopies(
                connection,
                position,
                followed,
                copies,
                new CopyFailures(connection, server, layouts, stops),
                locked,
                stops);
        OwedLooks looks = new OwedLooks(connection, server, charsets, layouts, copies, locked, stops);
        try {
            follow(connection, looks, running, stream, follower);
        } catch (IOException | SQLException e) {
            follower.release();
            throw e;
        }
    }

    private void follow(
            Connection connection, OwedLooks looks, TableCopies copies, BinlogStream stream, StreamFollower follower)
            throws IOException, SQLException, InterruptedException {
        boolean isWaiting = true;
        Instant begun = clock.instant();
        Instant moved = begun;
        retention.streamBegins();
        while (stop.getCount() > 0) {
            if (follower.isBetweenTransactions()) {
                if (starts.isIncomplete() && clock.instant().isAfter(begun.plus(LockedTables.PAUSE))) {
                    // The stream begins anew with the tables that are there by then.
                    follower.release();
                    return;
                }
                looks.makeOne(followed.values());
                copies.begin(follower.place(clock.instant()));
            }
            Optional<BinlogEvent> event = stream.poll(isWaiting ? IDLE : Duration.ZERO);
            if (event.isPresent()) {
                retention.received(event.get());
                follower.handle(event.get());
            } else if (isWaiting) {
                retention.reachedEnd();
            }
            isWaiting = true;
            if (follower.isBetweenTransactions()) {
                isWaiting = !copies.step(follower.place(clock.instant()));
                Instant now = clock.instant();
                if (event.isEmpty() || !now.isBefore(moved.plus(MOVING))) {
                    move(now);
                    if (!now.isBefore(moved.plus(MOVING))) {
                        retention.look(connection, followed.values());
                        moved = now;
                    }
                }
                if (event.isEmpty()) {
                    rest();
                }
            }
        }
    }

    /** Nothing happens: tables are as new as can be. */
    private void rest() {
        for (FollowedTable table : followed.values()) {
            if (table.isRead()) {
                metrics.apply(table.id()).succeeded();
            }
        }
    }

    /** Stores where tables stand that have nothing to send, however busy others are, before the server purges it. */
    private void move(Instant now) throws InterruptedException {
        for (FollowedTable table : followed.values()) {
            Optional<Instant> stale = table.staleSince();
            if (table.isRead() && stale.isPresent() && heartbeats.isDue(stale.get(), now)) {
                heartbeats.send(table.table().partition(), table.offset());
                table.sentAt(now);
            }
        }
    }
}
