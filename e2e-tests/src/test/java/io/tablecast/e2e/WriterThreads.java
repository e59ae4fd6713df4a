// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import io.tablecast.testing.Conditions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/** Threads that write until they are stopped, and what they have committed. */
public final class WriterThreads implements AutoCloseable {

    private final ExecutorService threads;
    private final List<Future<?>> running = new ArrayList<>();
    private final AtomicLong transactions = new AtomicLong();
    private long most = Long.MAX_VALUE;
    private volatile boolean isStopped;

    /** Starts so many, each with random numbers of its own. */
    public WriterThreads(int count, long seed, Work work) {
        threads = Executors.newFixedThreadPool(count);
        for (int i = 0; i < count; i++) {
            Random random = new Random(seed + i);
            running.add(threads.submit(() -> {
                work.run(random, this);
                return null;
            }));
        }
    }

    /** Writes until it is stopped. */
    public interface Work {
        void run(Random random, WriterThreads threads) throws SQLException;
    }

    public boolean isStopped() {
        return isStopped;
    }

    /** Before each transaction: waits until one more is allowed; false if the writer shall end. */
    public synchronized boolean awaitAllowance() {
        try {
            while (!isStopped && transactions.get() >= most) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
        return !isStopped;
    }

    /** Lets the writers stand still after so many more transactions: others may not keep up with them for long. */
    public synchronized void allow(int count) {
        most = transactions.get() + count;
        notifyAll();
    }

    /** A writer has committed a transaction. */
    public void committed() {
        transactions.incrementAndGet();
    }

    /** Transactions committed so far; fails if a writer has failed. */
    public long transactions() {
        running.stream().filter(Future::isDone).forEach(WriterThreads::join);
        return transactions.get();
    }

    /** Waits until so many more transactions are committed, which writers may do although they were to stand still. */
    public void awaitMore(int count) {
        long wanted = transactions() + count;
        allowUpTo(wanted);
        Conditions.await(Replication.PATIENCE, "the writers stand still", () -> transactions() >= wanted);
    }

    private synchronized void allowUpTo(long total) {
        most = Math.max(most, total);
        notifyAll();
    }

    /** Lets each writer finish its transaction, and fails if one of them has failed. */
    public void stop() {
        end();
        running.forEach(WriterThreads::join);
        threads.shutdown();
    }

    @Override
    public void close() {
        end();
        threads.shutdownNow();
    }

    private synchronized void end() {
        isStopped = true;
        notifyAll();
    }

    private static void join(Future<?> writer) {
        try {
            writer.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("A writer failed: " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
