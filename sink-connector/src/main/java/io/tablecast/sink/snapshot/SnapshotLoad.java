// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.structure.StructureMismatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.connect.errors.DataException;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads one snapshot of one table whose rows follow one another without changes between them (not interleaved): in one
 * transaction from begin to end, on a connection and a thread of its own. Until it is {@link LoadState#DONE} nothing of it
 * can be seen; if it fails, or is closed before, nothing stays behind, the old data is still served, and the partition's
 * stored offset is still the begin's.
 *
 * <p>The methods are for the task's thread and never wait for the database, except {@link #close()}, which gives the load's
 * thread some seconds to let go.
 */
public final class SnapshotLoad implements AutoCloseable {

    static final Logger LOG = LoggerFactory.getLogger(SnapshotLoad.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(10);

    private final LoadPlan plan;
    private final LoadConnections connections;
    private final LoadRegistry registry;
    private final OffsetAdvance advance;
    private final RowQueue queue;
    private final RowsAside rows;
    private final Thread thread;
    private volatile LoadState state = LoadState.LOADING;
    private Connection connection;
    private boolean wasCancelled;
    private volatile RowCopy copy;
    private volatile LoadResult result;
    private volatile Exception failure;
    private volatile boolean hasReachedSwitch;

    private SnapshotLoad(
            LoadPlan plan,
            LoadConnections connections,
            LoadRegistry registry,
            OffsetAdvance advance,
            RowQueue queue,
            RowsAside rows) {
        this.plan = plan;
        this.connections = connections;
        this.registry = registry;
        this.advance = advance;
        this.queue = queue;
        this.rows = rows;
        this.thread = new Thread(this::run, "tablecast-load-" + plan.table());
        this.thread.setDaemon(true);
    }

    /**
     * Begins a load on a thread of its own. It ends the load of an earlier owner of the table that the registry knows of.
     *
     * @param advance called inside the load's transaction just before COMMIT
     */
    public static SnapshotLoad start(
            LoadPlan plan, LoadConnections connections, LoadRegistry registry, OffsetAdvance advance) {
        RowQueue queue = new RowQueue(plan.settings().maximumQueueBytes());
        SnapshotLoad load = new SnapshotLoad(plan, connections, registry, advance, queue, new CopiedRows(plan, queue));
        load.thread.start();
        return load;
    }

    /**
     * Begins the switch to a table whose rows are committed already, see {@link StagedTable}, on a thread of its own.
     *
     * @param advance called inside the switch's transaction just before COMMIT
     * @param nextOffset where the partition goes on, for {@link OffsetAdvance}
     * @param begin when the first row came
     */
    public static SnapshotLoad startSwitch(
            LoadPlan plan,
            LoadConnections connections,
            LoadRegistry registry,
            OffsetAdvance advance,
            SnapshotEnd end,
            long nextOffset,
            Instant begin) {
        RowQueue queue = new RowQueue(plan.settings().maximumQueueBytes());
        queue.end(end, nextOffset);
        SnapshotLoad load =
                new SnapshotLoad(plan, connections, registry, advance, queue, new StagedRows(plan, queue, begin));
        load.thread.start();
        return load;
    }

    public TableId table() {
        return plan.table();
    }

    public String snapshotId() {
        return plan.begin().id();
    }

    /** Hands rows over. Those that the load has seen before, by their ordinal, are passed over. */
    public void add(LoadPiece piece) {
        queue.add(piece);
    }

    /**
     * Says that all rows were handed over.
     *
     * @param nextOffset where the partition goes on, for {@link OffsetAdvance}
     */
    public void end(SnapshotEnd end, long nextOffset) {
        queue.end(end, nextOffset);
    }

    /** Whether the partition should be paused: so many rows wait that more would only fill the heap. */
    public boolean isQueueFull() {
        return state == LoadState.LOADING && queue.isFull();
    }

    public LoadState state() {
        return state;
    }

    /** Whether all rows were taken before it ended: what failed then is the switch, not a row. */
    public boolean hasReachedSwitch() {
        return hasReachedSwitch;
    }

    /** How many rows were sent to the database so far. */
    public long rows() {
        RowCopy running = copy;
        return running == null ? 0 : running.rows();
    }

    /** What it did, once it is {@link LoadState#DONE}. */
    public Optional<LoadResult> result() {
        return Optional.ofNullable(result);
    }

    /**
     * Why it has {@link LoadState#FAILED}: an {@link SQLException}, whose SQLSTATE says whether to try again (a failed COMMIT
     * may have happened: read the stored offset again first); a {@link StructureMismatch}, where somebody has to act; or a
     * {@link DataException} that names a row which cannot be written.
     */
    public Optional<Exception> failure() {
        return Optional.ofNullable(failure);
    }

    /** Abandons the load unless it is done. Nothing of it stays in the database. */
    @Override
    public void close() {
        queue.close();
        cancel();
        try {
            thread.join(CLOSE_PATIENCE.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        if (thread.isAlive()) {
            LOG.warn(
                    "The load of {} was closed and has not ended after {} s; it commits nothing and ends with what it waits"
                            + " for",
                    plan.table(),
                    CLOSE_PATIENCE.toSeconds());
        }
    }

    // A statement that runs, such as CREATE INDEX, would otherwise go on to its end.
    private synchronized void cancel() {
        if (connection == null) {
            return;
        }
        // It may reach the session later.
        wasCancelled = true;
        try {
            connection.unwrap(PGConnection.class).cancelQuery();
        } catch (SQLException e) {
            LOG.debug("Could not cancel the load of {}; it ends with its statement", plan.table(), e);
        }
    }

    private void run() {
        try {
            work();
            state = LoadState.DONE;
        } catch (LoadAbandoned e) {
            state = LoadState.ABANDONED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            state = LoadState.ABANDONED;
        } catch (SQLException | RuntimeException e) {
            fail(e);
        } catch (Error e) {
            fail(new IllegalStateException("The load of " + plan.table() + " ended by " + e, e));
            throw e;
        }
    }

    private void work() throws SQLException, InterruptedException {
        Connection opened = connections.open();
        boolean isDone = false;
        try {
            use(opened);
            load(opened);
            isDone = true;
        } finally {
            letGo(opened, isDone);
        }
    }

    private synchronized void use(Connection opened) {
        connection = opened;
    }

    private void letGo(Connection opened, boolean isDone) {
        // What users run may leave something.
        if (isLeftAlone() && isDone && plan.settings().postSwapSql().isEmpty()) {
            connections.giveBack(opened);
        } else {
            connections.close(opened);
        }
    }

    /** From now on it may be another load's, and nobody cancels what it runs. */
    private synchronized boolean isLeftAlone() {
        connection = null;
        return !wasCancelled;
    }

    private void load(Connection opened) throws SQLException, InterruptedException {
        try {
            result = new LoadTransaction(opened, plan, queue, rows, registry, advance).run(new Telling());
        } catch (SQLException | RuntimeException e) {
            if (!queue.isClosed()) {
                writeDown(opened, e);
            }
            throw e;
        }
    }

    private void writeDown(Connection opened, Exception cause) {
        try {
            if (!opened.getAutoCommit()) {
                opened.rollback();
                opened.setAutoCommit(true);
            }
            registry.failed(opened, new LoadFailure(table(), snapshotId(), rows(), rows.sinceBegin(), cause));
        } catch (SQLException e) {
            // Often it is the connection that has failed, and the task says why.
            LOG.debug("Could not write down why the load of {} failed", plan.table(), e);
        }
    }

    private void fail(Exception cause) {
        if (queue.isClosed()) {
            LOG.debug("The load of {} was closed", plan.table(), cause);
            state = LoadState.ABANDONED;
            return;
        }
        failure = cause;
        state = LoadState.FAILED;
        queue.close();
    }

    /** Keeps what other threads ask for. */
    private final class Telling implements LoadTransaction.Progress {
        @Override
        public void copying(RowCopy running) {
            copy = running;
        }

        @Override
        public void switching() {
            hasReachedSwitch = true;
            state = LoadState.SWITCHING;
        }
    }
}
