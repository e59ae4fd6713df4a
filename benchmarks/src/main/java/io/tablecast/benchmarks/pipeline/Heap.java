// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.testing.ConnectWorker;
import io.tablecast.testing.WorkerMetrics;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;

/** What a worker's JVM holds in its heap. */
final class Heap implements AutoCloseable {
    private final WorkerMetrics metrics;
    private final ObjectName memory;
    private long most;

    Heap(ConnectWorker worker) {
        this.metrics = worker.metrics();
        this.memory = metrics.names("java.lang:type=Memory").get(0);
    }

    /** Looks, and remembers the most; garbage that is not collected yet counts. */
    void look() {
        most = Math.max(most, used());
    }

    long mostBytes() {
        return most;
    }

    /** What is left after a collection. */
    long heldBytes() {
        metrics.collectGarbage();
        return used();
    }

    private long used() {
        return (Long) ((CompositeData) metrics.value(memory, "HeapMemoryUsage")).get("used");
    }

    @Override
    public void close() {
        metrics.close();
    }
}
