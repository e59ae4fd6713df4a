// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.ConnectRest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A source and a sink connector of one name on a worker. Closing removes them. */
final class Connectors implements AutoCloseable {
    private static final Duration REQUEST_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration LIVENESS_INTERVAL = Duration.ofSeconds(2);

    private final ConnectRest rest;
    private final String source;
    private final String sink;
    private final Map<String, String> sourceSettings;
    private final Map<String, String> sinkSettings;
    private final Duration timeout;

    /**
     * Nothing is created yet.
     *
     * @param timeout for one wait
     */
    Connectors(
            ConnectRest rest,
            String id,
            Map<String, String> sourceSettings,
            Map<String, String> sinkSettings,
            Duration timeout) {
        this.rest = rest;
        this.source = id + "-source";
        this.sink = id + "-sink";
        this.sourceSettings = sourceSettings;
        this.sinkSettings = sinkSettings;
        this.timeout = timeout;
    }

    void create() {
        createSource();
        createSink();
    }

    void createSource() {
        rest.putConnector(source, sourceSettings);
    }

    void createSink() {
        rest.putConnector(sink, sinkSettings);
    }

    /** Returns when none of the source's tasks runs. */
    void stopSource() {
        rest.stop(source, REQUEST_TIMEOUT);
    }

    void resumeSource() {
        rest.resume(source);
    }

    /** Has the stopped source begin anew when it is resumed. */
    void forgetSourceOffsets() {
        rest.deleteOffsets(source);
    }

    /** Waits for something that the connectors do; a failure of one of them ends the wait at once. */
    void await(String what, BooleanSupplier isThere) {
        Liveness liveness = new Liveness();
        Conditions.await(timeout, source + " and " + sink + ": no " + what, () -> {
            liveness.require();
            return isThere.getAsBoolean();
        });
    }

    @Override
    public void close() {
        List<String> created = rest.connectors();
        for (String connector : List.of(sink, source)) {
            if (created.contains(connector)) {
                rest.stop(connector, REQUEST_TIMEOUT);
                rest.delete(connector);
            }
        }
    }

    /** Asks the worker now and then whether the connectors are well. */
    private final class Liveness {
        private Instant next = Instant.now().plus(LIVENESS_INTERVAL);

        private void require() {
            if (Instant.now().isBefore(next)) {
                return;
            }
            next = Instant.now().plus(LIVENESS_INTERVAL);
            for (String connector : List.of(source, sink)) {
                rest.status(connector).flatMap(status -> status.failure()).ifPresent(trace -> {
                    throw new IllegalStateException(connector + " has failed: " + trace);
                });
            }
        }
    }
}
