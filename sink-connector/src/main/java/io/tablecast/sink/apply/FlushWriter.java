// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import io.tablecast.sink.config.SinkSettings;
import io.tablecast.sink.error.Backoff;
import io.tablecast.sink.error.Outcome;
import io.tablecast.sink.error.RetryHints;
import io.tablecast.sink.error.StopReasons;
import io.tablecast.sink.offset.SinkOffsets;
import io.tablecast.sink.postgres.Connections;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that talks to the destination: one job at a time, each tried again for as long as its failures are
 * transient. The task's thread starts jobs and asks for their results; it never waits for the database.
 */
public final class FlushWriter implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FlushWriter.class);
    private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(4);
    private static final Duration ATTEMPT_PATIENCE = Duration.ofSeconds(12);

    private final SinkSettings settings;
    private final Connections connections;
    private final SinkOffsets offsets;
    private final ExecutorService thread;
    private final Set<TopicPartition> revoked = ConcurrentHashMap.newKeySet();
    private final Semaphore wakeUps = new Semaphore(0);
    private final LongAdder retries = new LongAdder();
    private volatile boolean isClosing;
    private final AttemptGate gate = new AttemptGate();
    private Optional<Future<WriterResult>> running = Optional.empty();
    private volatile Optional<DestinationSession> session = Optional.empty();

    public FlushWriter(SinkSettings settings, Connections connections, SinkOffsets offsets) {
        this.settings = requireNonNull(settings, "settings is null");
        this.connections = requireNonNull(connections, "connections is null");
        this.offsets = requireNonNull(offsets, "offsets is null");
        this.thread = Executors.newSingleThreadExecutor(work -> {
            Thread writer =
                    new Thread(work, "tablecast-writer-" + settings.connection().connector());
            writer.setDaemon(true);
            return writer;
        });
    }

    /** What the writer thread does; an attempt that fails for a transient reason is made again. */
    interface Attempt {
        WriterResult run(DestinationSession open) throws SQLException, WaitForMoreException, UnclearCommitException;
    }

    public boolean isBusy() {
        return running.isPresent();
    }

    /** The result of the job that was started last, once it has ended. It is given once. */
    public Optional<WriterResult> result() {
        if (running.isEmpty() || !running.get().isDone()) {
            return Optional.empty();
        }
        Future<WriterResult> ended = running.get();
        running = Optional.empty();
        try {
            return Optional.of(ended.get());
        } catch (ExecutionException e) {
            throw new IllegalStateException("The writer thread failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of(new WriterResult.Abandoned());
        }
    }

    /** Starts to claim partitions. */
    public void claim(Collection<TopicPartition> partitions) {
        List<TopicPartition> wanted = List.copyOf(partitions);
        start(() -> persist(open -> {
            List<TopicPartition> left = wanted.stream()
                    .filter(partition -> !revoked.contains(partition))
                    .toList();
            return left.isEmpty() ? new WriterResult.Abandoned() : open.claim(left);
        }));
    }

    /** Starts to make a table this connector's for a snapshot load. */
    public void prepareLoad(LoadRequest request) {
        start(() -> persist(open -> {
            try {
                return open.prepareLoad(request);
            } catch (TableFailedException e) {
                return new WriterResult.LoadRefused(request, e.failure());
            }
        }));
    }

    /** Starts to write one thing down. */
    public void write(FlushNote note) {
        start(() -> persist(open -> {
            open.write(note);
            return new WriterResult.Noted();
        }));
    }

    /**
     * Starts to write a flush, which nobody changes from now on.
     *
     * @param patience whether a {@link WriterResult.Waiting} is welcome; otherwise what does not fit is refused
     */
    public void write(Flush flush, Patience patience) {
        FlushJob job = new FlushJob(flush, patience, settings.batch().parentWait(), revoked);
        start(() -> persist(job));
    }

    /**
     * Takes partitions out of the job that is running, as far as it has not written them. Returns when no attempt is
     * under way that still has them, or after a while in which the database did not answer.
     */
    public void revoke(Collection<TopicPartition> partitions) {
        if (running.isEmpty()) {
            return;
        }
        revoked.addAll(partitions);
        wakeUps.release();
        if (!gate.awaitEnd(ATTEMPT_PATIENCE)) {
            LOG.warn(
                    "The destination has not answered for {} s. Partitions are given away meanwhile; what is under way for"
                            + " them is written either by this task or by their new owner, never twice",
                    ATTEMPT_PATIENCE.toSeconds());
        }
    }

    /** How often something was tried again. */
    public long retries() {
        return retries.sum();
    }

    private void start(Callable<WriterResult> job) {
        if (running.isPresent()) {
            throw new IllegalStateException("The writer is busy");
        }
        revoked.clear();
        wakeUps.drainPermits();
        running = Optional.of(thread.submit(job));
    }

    // Runs on the writer thread.
    private WriterResult persist(Attempt attempt) {
        int failures = 0;
        while (!isClosing) {
            try {
                WriterResult result = attempted(attempt);
                if (failures > 0) {
                    LOG.info("The destination {} works again", connections.target());
                }
                return result;
            } catch (SQLException e) {
                if (Outcome.of(e) != Outcome.RETRY) {
                    return new WriterResult.Failed(StopReasons.of(e, connections.target()));
                }
                failures++;
                log(e, failures);
            } catch (RuntimeException e) {
                return new WriterResult.Failed(e);
            }
            retries.increment();
            rest(Backoff.after(failures));
        }
        return new WriterResult.Abandoned();
    }

    private WriterResult attempted(Attempt attempt) throws SQLException {
        gate.enter();
        try {
            return attempt.run(open());
        } catch (UnclearCommitException e) {
            throw e.sqlCause();
        } catch (WaitForMoreException e) {
            throw new IllegalStateException("Only flushes wait", e);
        } finally {
            gate.leave();
        }
    }

    private void log(SQLException failure, int failures) {
        if (failures == 1) {
            LOG.warn(
                    "The destination {} refused for now (SQLSTATE {}): {}. Trying again until it works{}",
                    connections.target(),
                    failure.getSQLState(),
                    failure.getMessage(),
                    RetryHints.of(failure));
        } else {
            LOG.debug("Attempt {} failed", failures, failure);
        }
    }

    private void rest(Duration duration) {
        try {
            if (wakeUps.tryAcquire(duration.toMillis(), TimeUnit.MILLISECONDS)) {
                wakeUps.drainPermits();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            isClosing = true;
        }
    }

    private DestinationSession open() throws SQLException {
        if (session.isPresent() && session.get().isUsable()) {
            return session.get();
        }
        closeSession();
        session = Optional.of(DestinationSession.open(settings, connections, offsets));
        return session.get();
    }

    private void closeSession() {
        Optional<DestinationSession> old = session;
        session = Optional.empty();
        try {
            if (old.isPresent()) {
                old.get().close();
            }
        } catch (SQLException e) {
            LOG.debug("Could not close a connection; the server ends it", e);
        }
    }

    /** Gives up what is under way, which the destination then rolls back, or has committed. */
    @Override
    public void close() {
        isClosing = true;
        wakeUps.release();
        thread.execute(this::closeSession);
        thread.shutdown();
        try {
            if (!thread.awaitTermination(CLOSE_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                endSession();
            }
        } catch (InterruptedException e) {
            endSession();
            Thread.currentThread().interrupt();
        }
    }

    // The thread waits for an answer that does not come.
    private void endSession() {
        thread.shutdownNow();
        session.ifPresent(DestinationSession::abort);
    }
}
