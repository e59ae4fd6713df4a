// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import io.tablecast.source.postgres.BlockRange;
import io.tablecast.source.postgres.CopyQuery;
import io.tablecast.source.postgres.OpenConnections;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.postgres.Transactions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One copy of a large table by several connections: each takes the next range that nobody has read, and all see the
 * snapshot of the first one. Who cannot come to help is done without; who fails ends the copy. Used once.
 */
final class SharedCopy {

    private static final Logger LOG = LoggerFactory.getLogger(SharedCopy.class);

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);

    private final OpenConnections connections;
    private final CopyThreads threads;
    private final SourceTable table;
    private final CopyQuery query;
    private final Queue<BlockRange> ranges;
    private final CopyTarget target;
    private final List<Companion> companions = new ArrayList<>();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private volatile boolean isHelpRefused;

    SharedCopy(
            OpenConnections connections,
            CopyThreads threads,
            SourceTable table,
            CopyQuery query,
            List<BlockRange> ranges,
            CopyTarget target) {
        this.connections = connections;
        this.threads = threads;
        this.table = table;
        this.query = query;
        this.ranges = new ConcurrentLinkedQueue<>(ranges);
        this.target = target;
    }

    /**
     * Reads all ranges.
     *
     * @param connection its transaction has the snapshot, and has locked the table; it stays open for the others
     */
    void read(Connection connection) throws SQLException, InterruptedException {
        String snapshot = Transactions.exportSnapshot(connection);
        CopyTarget.Reader reader = target.newReader();
        try {
            BlockRange range = ranges.poll();
            while (range != null) {
                callForHelp(snapshot);
                reader.read(connection, query.within(range));
                throwIfFailed();
                range = ranges.poll();
            }
            for (Companion companion : companions) {
                companion.thread.join();
            }
            throwIfFailed();
        } finally {
            dismiss();
        }
    }

    private void callForHelp(String snapshot) {
        while (!isHelpRefused && !ranges.isEmpty() && threads.takeSpare()) {
            Companion companion = new Companion(snapshot, companions.size() + 1);
            companions.add(companion);
            companion.thread.start();
        }
    }

    private void throwIfFailed() throws SQLException, InterruptedException {
        Throwable first = failure.get();
        if (first instanceof SQLException e) {
            throw e;
        }
        if (first instanceof InterruptedException e) {
            throw e;
        }
        if (first instanceof RuntimeException e) {
            throw e;
        }
        if (first instanceof Error e) {
            throw e;
        }
    }

    /** Ends those that are still at work, and waits: nothing of this copy may be sent any more. */
    private void dismiss() {
        boolean wasInterrupted = Thread.interrupted();
        for (Companion companion : companions) {
            companion.dismiss();
        }
        for (Companion companion : companions) {
            try {
                companion.thread.join(STOP_PATIENCE.toMillis());
            } catch (InterruptedException e) {
                wasInterrupted = true;
            }
        }
        if (wasInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Another connection that reads ranges, on a thread of its own. */
    private final class Companion {

        private final String snapshot;
        private final Thread thread;
        private volatile boolean isDismissed;
        private Connection connection;

        Companion(String snapshot, int number) {
            this.snapshot = snapshot;
            this.thread = new Thread(this::run, Thread.currentThread().getName() + "-" + number);
            this.thread.setDaemon(true);
        }

        synchronized void dismiss() {
            isDismissed = true;
            thread.interrupt();
            if (connection != null) {
                connections.cut(connection);
            }
        }

        private void run() {
            try {
                Connection own = opened();
                if (own != null) {
                    help(own);
                }
            } finally {
                threads.giveBack();
            }
        }

        private void help(Connection own) {
            boolean isDone = false;
            try {
                if (hasJoined(own)) {
                    readRanges(own);
                    isDone = failure.get() == null;
                }
            } finally {
                if (isLeftAlone() && isDone) {
                    connections.giveBack(own);
                } else {
                    connections.close(own);
                }
            }
        }

        /** From now on it may be somebody else's, and is not cut. */
        private synchronized boolean isLeftAlone() {
            connection = null;
            return !isDismissed;
        }

        /** Null if there is none. */
        private Connection opened() {
            try {
                Connection own = connections.open();
                synchronized (this) {
                    connection = own;
                    if (isDismissed) {
                        connections.cut(own);
                    }
                }
                return own;
            } catch (SQLException e) {
                refuseHelp(e);
                return null;
            }
        }

        /**
         * Whether a connection sees the copy's snapshot from now on. The table is locked with little patience: the copy must
         * not wait behind somebody who waits for the copy.
         */
        private boolean hasJoined(Connection own) {
            try {
                Transactions.beginSnapshot(own, snapshot);
                try (Statement statement = own.createStatement()) {
                    statement.execute("SET LOCAL lock_timeout = '500ms'");
                    statement.execute("EXPLAIN " + query.text());
                    statement.execute("SET LOCAL lock_timeout = 0");
                }
                return true;
            } catch (SQLException e) {
                refuseHelp(e);
                return false;
            }
        }

        private void refuseHelp(SQLException e) {
            isHelpRefused = true;
            if (!isDismissed) {
                LOG.info("Copying {} with one connection less: {}", table.id(), e.getMessage());
            }
        }

        private void readRanges(Connection own) {
            CopyTarget.Reader reader = target.newReader();
            try {
                while (!isDismissed && failure.get() == null && !threads.isWanted()) {
                    BlockRange range = ranges.poll();
                    if (range == null) {
                        return;
                    }
                    reader.read(own, query.within(range));
                }
            } catch (SQLException | InterruptedException | RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            }
        }
    }
}
