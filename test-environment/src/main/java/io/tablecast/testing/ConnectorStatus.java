// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What a worker says about a connector.
 *
 * @param connector the connector itself, its number is 0
 * @param tasks its tasks
 */
public record ConnectorStatus(Part connector, List<Part> tasks) {
    public ConnectorStatus {
        tasks = List.copyOf(tasks);
    }

    static ConnectorStatus of(JsonNode status) {
        return new ConnectorStatus(
                Part.of(status.path("connector")),
                StreamSupport.stream(status.path("tasks").spliterator(), false)
                        .map(Part::of)
                        .toList());
    }

    /** The trace of the connector or of the first task that has failed. */
    public Optional<String> failure() {
        return Stream.concat(Stream.of(connector), tasks.stream())
                .filter(part -> part.state().equals("FAILED"))
                .map(Part::trace)
                .findFirst();
    }

    /** The connector and at least one task run, and no task does not. */
    public boolean isRunning() {
        return !tasks.isEmpty() && allAre("RUNNING");
    }

    public boolean isPaused() {
        return allAre("PAUSED");
    }

    /** No task is left, so offsets may be altered. */
    public boolean isStopped() {
        return tasks.isEmpty() && connector.state().equals("STOPPED");
    }

    private boolean allAre(String state) {
        return Stream.concat(Stream.of(connector), tasks.stream())
                .allMatch(part -> part.state().equals(state));
    }

    /**
     * A connector or a task.
     *
     * @param trace empty unless it has failed
     */
    public record Part(int number, String state, String worker, String trace) {
        private static Part of(JsonNode part) {
            return new Part(
                    part.path("id").asInt(),
                    part.path("state").asText(),
                    part.path("worker_id").asText(),
                    part.path("trace").asText());
        }
    }
}
