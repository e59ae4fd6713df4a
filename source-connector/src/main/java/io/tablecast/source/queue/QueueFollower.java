// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.OpenConnections;
import io.tablecast.source.postgres.SourceFailures;
import io.tablecast.source.postgres.SqlFailure;
import io.tablecast.source.postgres.Transactions;
import io.tablecast.source.queue.QueueProbe.States;
import io.tablecast.source.reading.Backoff;
import io.tablecast.source.reading.CongestedException;
import io.tablecast.source.reading.Heartbeats;
import io.tablecast.source.reading.RecordBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The thread that polls the queues of all copied tables and reads their windows. */
final class QueueFollower implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(QueueFollower.class);

    private final Connections target;
    private final OpenConnections connections;
    private final QueueProbe probe;
    private final WindowReader windows;
    private final Heartbeats heartbeats;
    private final RecordBuffer buffer;
    private final Function<TableId, TableMetrics> metrics;
    private final Clock clock;
    private final Leavers leavers;

    private final BlockingQueue<FollowedTable> arrivals = new LinkedBlockingQueue<>();
    private final Map<TableId, FollowedTable> followed = new LinkedHashMap<>();
    private final Thread thread;
    private volatile boolean isStopping;
    private Connection connection;
    private int failures;

    /** Tables that were looked at again because they had changed, and were not read since. */
    private final Set<TableId> lookedAtAgain = new HashSet<>();

    /** @param leavers takes tables that cannot be followed as they are */
    QueueFollower(
            Connections target,
            OpenConnections connections,
            QueueProbe probe,
            WindowReader windows,
            Heartbeats heartbeats,
            RecordBuffer buffer,
            Function<TableId, TableMetrics> metrics,
            Clock clock,
            Leavers leavers) {
        this.target = target;
        this.connections = connections;
        this.probe = probe;
        this.windows = windows;
        this.heartbeats = heartbeats;
        this.buffer = buffer;
        this.metrics = metrics;
        this.clock = clock;
        this.leavers = leavers;
        this.thread = new Thread(this, "tablecast-queue");
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    void requestStop() {
        isStopping = true;
        thread.interrupt();
    }

    void join(Duration patience) throws InterruptedException {
        thread.join(patience.toMillis());
    }

    /** Takes a table whose earlier records are all in the buffer. Called by any thread. */
    void follow(FollowedTable table) {
        arrivals.add(table);
    }

    @Override
    public void run() {
        try {
            while (!isStopping) {
                take();
                poll();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            buffer.fail(SourceFailures.of("Cannot read the queues", target, e));
        } finally {
            disconnect();
        }
    }

    /** Waits until a table is due or arrives. */
    private void take() throws InterruptedException {
        FollowedTable arrived = followed.isEmpty()
                ? arrivals.take()
                : arrivals.poll(untilNextPoll().toMillis(), TimeUnit.MILLISECONDS);
        while (arrived != null) {
            windows.forget(arrived.id());
            followed.put(arrived.id(), arrived);
            arrived = arrivals.poll();
        }
    }

    private Duration untilNextPoll() {
        Instant next = followed.values().stream()
                .map(FollowedTable::nextPoll)
                .min(Instant::compareTo)
                .orElseThrow();
        Duration wait = Duration.between(clock.instant(), next);
        Duration longest = followed.values().stream()
                .map(table -> table.table().settings().pollInterval())
                .max(Duration::compareTo)
                .orElseThrow();
        // A clock that was set back must not keep the thread waiting.
        Duration bounded = wait.compareTo(longest) > 0 ? longest : wait;
        return bounded.isNegative() ? Duration.ZERO : bounded;
    }

    private void poll() throws InterruptedException {
        Instant now = clock.instant();
        List<FollowedTable> due =
                followed.values().stream().filter(table -> table.isDue(now)).toList();
        if (due.isEmpty()) {
            return;
        }
        due.forEach(table -> table.pollAt(now.plus(table.table().settings().pollInterval())));
        try {
            connect();
            for (FollowedTable changed : probe(due)) {
                read(changed);
            }
            failures = 0;
        } catch (SQLException e) {
            failed(due, e);
            return;
        }
        for (FollowedTable table : followed.values()) {
            if (table.needsHeartbeat(heartbeats, now)) {
                heartbeats.send(table.table().partition(), table.offsetMap());
                table.sent(table.position(), now);
            }
        }
    }

    private List<FollowedTable> probe(List<FollowedTable> due) throws SQLException {
        States states =
                probe.states(connection, due.stream().map(FollowedTable::id).toList());
        List<FollowedTable> intact = new ArrayList<>();
        for (FollowedTable table : due) {
            if (WindowReader.canFollow(table, states.of(table.id()))) {
                intact.add(table);
            } else {
                LOG.warn("The queue of {} is not as it was; looking at it again", table.id());
                leave(table, Return.VERIFY);
            }
        }
        List<FollowedTable> unread = new ArrayList<>();
        List<FollowedTable> changed = new ArrayList<>(withChanges(intact, unread));
        connection.rollback();
        for (FollowedTable table : intact) {
            if (changed.contains(table) || unread.contains(table)) {
                continue;
            }
            if (windows.hasOtherShape(table, states.of(table.id()))) {
                changed.add(table);
            } else {
                table.nothingUpTo(table.window(states.snapshot()).to(), states.of(table.id()));
                metrics.apply(table.id()).succeeded();
            }
        }
        return changed;
    }

    /**
     * All queues at once; if that fails one by one, so that one which cannot be read keeps no other table waiting.
     *
     * @param unread takes the tables whose queues could not be read; they may have changes
     */
    private List<FollowedTable> withChanges(List<FollowedTable> tables, List<FollowedTable> unread)
            throws SQLException {
        try {
            return probe.withChanges(connection, tables);
        } catch (SQLException e) {
            if (QueueFault.of(e) == QueueFault.OF_ALL_TABLES) {
                throw e;
            }
            connection.rollback();
        }
        List<FollowedTable> changed = new ArrayList<>();
        for (FollowedTable table : tables) {
            try {
                changed.addAll(probe.withChanges(connection, List.of(table)));
            } catch (SQLException e) {
                connection.rollback();
                unread.add(table);
                leaveUnread(table, e);
            }
        }
        return changed;
    }

    private void leaveUnread(FollowedTable table, SQLException failure) throws SQLException {
        switch (QueueFault.of(failure)) {
            case LOCKED -> {
                LOG.info("The queue of {} is locked; its changes are read later", table.id());
                metrics.apply(table.id()).failed();
            }
            case CHANGED_MEANWHILE -> lookAgain(table, failure);
            case OF_THE_TABLE -> giveBack(table, failure);
            case OF_ALL_TABLES -> throw failure;
        }
    }

    /** The table may have changed just now; when another look does not help, the fault stays. */
    private void lookAgain(FollowedTable table, SQLException failure) {
        if (!lookedAtAgain.add(table.id())) {
            giveBack(table, failure);
            return;
        }
        LOG.info("{} was changed while it was read; looking at it again: {}", table.id(), failure.getMessage());
        leave(table, Return.VERIFY);
    }

    private void read(FollowedTable table) throws SQLException, InterruptedException {
        try {
            connect();
            FollowedTable next = windows.read(connection, table);
            lookedAtAgain.remove(table.id());
            // There may be more by now.
            next.pollAt(clock.instant());
            followed.put(next.id(), next);
        } catch (RepullRequest e) {
            LOG.warn("Copying {} again: {}", table.id(), e.getMessage());
            leave(table, Return.COPY);
            // The request may have come out of the middle of a COPY, whose end and cancellation cross on the wire.
            disconnect();
            return;
        } catch (CongestedException e) {
            LOG.info("{}; reading {} goes on when they are taken again", e.getMessage(), table.id());
            disconnect();
            buffer.awaitRoom();
            return;
        } catch (SQLException e) {
            switch (QueueFault.of(e)) {
                case LOCKED -> LOG.info("{} is locked; its changes are read later", table.id());
                case OF_ALL_TABLES -> throw e;
                case CHANGED_MEANWHILE, OF_THE_TABLE -> {
                    // Maybe in the middle of a COPY.
                    disconnect();
                    leaveUnread(table, e);
                    return;
                }
            }
        } catch (RuntimeException e) {
            leave(table, e);
            return;
        }
        connection.rollback();
    }

    /** The table alone has failed, maybe in the middle of a COPY. */
    private void leave(FollowedTable table, Exception failure) {
        disconnect();
        giveBack(table, failure);
    }

    private void giveBack(FollowedTable table, Exception failure) {
        followed.remove(table.id());
        if (!isStopping) {
            leavers.failed(table, failure);
        }
    }

    private void leave(FollowedTable table, Return why) {
        followed.remove(table.id());
        leavers.again(table, why);
    }

    private void failed(List<FollowedTable> due, SQLException failure) throws InterruptedException {
        disconnect();
        if (isStopping) {
            return;
        }
        if (QueueFault.of(failure) == QueueFault.CHANGED_MEANWHILE) {
            due.forEach(table -> metrics.apply(table.id()).failed());
            due.stream()
                    .filter(table -> followed.containsKey(table.id()))
                    .forEach(table -> leave(table, Return.VERIFY));
            return;
        }
        if (SqlFailure.of(failure) == SqlFailure.STOP) {
            due.stream().filter(table -> followed.containsKey(table.id())).forEach(table -> leave(table, failure));
            return;
        }
        due.forEach(table -> metrics.apply(table.id()).failed());
        failures++;
        Duration wait = Backoff.after(failures);
        LOG.warn(
                "Reading the queues of {} failed {} times in a row; trying again in {} ms: {}",
                target.target(),
                failures,
                wait.toMillis(),
                failure.getMessage());
        Instant later = clock.instant().plus(wait);
        due.forEach(table -> table.pollAt(later));
        FollowedTable arrived = arrivals.poll(wait.toMillis(), TimeUnit.MILLISECONDS);
        if (arrived != null) {
            follow(arrived);
        }
    }

    private void connect() throws SQLException {
        if (connection != null) {
            return;
        }
        Connection opened = connections.open();
        try {
            WindowReader.prepare(opened);
            Transactions.beginSnapshot(opened);
        } catch (SQLException e) {
            connections.close(opened);
            throw e;
        }
        connection = opened;
    }

    private void disconnect() {
        if (connection != null) {
            connections.close(connection);
            connection = null;
        }
    }

    /** Takes tables that cannot be followed as they are. */
    interface Leavers {
        void again(FollowedTable table, Return why);

        /** The table cannot be read until somebody mends something. */
        void failed(FollowedTable table, Exception failure);
    }

    /** What a table needs that cannot be followed as it is. */
    enum Return {
        /** Its queue may have changed: look, and go on at its position if possible. */
        VERIFY,
        COPY
    }
}
