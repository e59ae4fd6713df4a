// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import io.tablecast.testing.ConnectWorker;
import java.util.List;
import java.util.Random;

/** Kills a worker (SIGKILL) again and again at random points, while writers go on. */
final class KillRounds {

    /** Some before the kill, some while the worker is dead, the rest while it starts. */
    private static final int TRANSACTIONS_PER_KILL = 1_500;

    private final ConnectWorker worker;
    private final List<String> connectors;
    private final WriterThreads writers;
    private final Random random;

    KillRounds(ConnectWorker worker, List<String> connectors, WriterThreads writers, long seed) {
        this.worker = worker;
        this.connectors = List.copyOf(connectors);
        this.writers = writers;
        this.random = new Random(seed);
    }

    /** One kill; returns when the worker's connectors run again. */
    void kill() {
        writers.allow(TRANSACTIONS_PER_KILL);
        writers.awaitMore(100 + random.nextInt(400));
        worker.kill();
        writers.awaitMore(100 + random.nextInt(400));
        worker.startAgain();
        connectors.forEach(connector -> worker.rest().awaitRunning(connector, Replication.PATIENCE));
    }

    /** Lets the writers end after some more transactions. */
    void end() {
        writers.allow(400);
        writers.awaitMore(300);
        writers.stop();
    }
}
