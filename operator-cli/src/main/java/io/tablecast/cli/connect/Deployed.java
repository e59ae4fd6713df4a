// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.connect;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A connector as its worker knows it.
 *
 * @param settings as they were deployed, placeholders unresolved
 * @param state such as RUNNING, PAUSED, STOPPED, FAILED
 * @param trace why the connector itself has failed, empty when it has not
 */
public record Deployed(
        String name, Kind kind, Map<String, String> settings, String state, String trace, List<Task> tasks) {

    public Deployed {
        settings = Map.copyOf(settings);
        tasks = List.copyOf(tasks);
    }

    /** What a connector does. */
    public enum Kind {
        SOURCE,
        SINK
    }

    /**
     * One of its tasks.
     *
     * @param trace why it has failed, empty when it has not
     */
    public record Task(int id, String state, String trace) {
        public boolean isFailed() {
            return state.equals("FAILED");
        }
    }

    public String className() {
        return settings.getOrDefault("connector.class", "");
    }

    /** Whether it is meant to work: neither paused nor stopped. */
    public boolean isOn() {
        return !state.equals("PAUSED") && !state.equals("STOPPED");
    }

    /** Whether it and all its tasks work, at least one. */
    public boolean isRunning() {
        return state.equals("RUNNING")
                && !tasks.isEmpty()
                && tasks.stream().allMatch(task -> task.state().equals("RUNNING"));
    }

    /** Whether it is meant to work, and it or one of its tasks is with no worker; this is so while workers come and go. */
    public boolean lacksWorker() {
        return isOn()
                && (tasks.isEmpty()
                        || state.equals("UNASSIGNED")
                        || tasks.stream().anyMatch(task -> task.state().equals("UNASSIGNED")));
    }

    /** Whether it is stopped and none of its tasks is left. */
    public boolean isStopped() {
        return state.equals("STOPPED") && tasks.isEmpty();
    }

    /** Why it, or its first failed task, has failed: the messages of the trace, one line. */
    public Optional<String> failure() {
        return Stream.concat(
                        state.equals("FAILED") ? Stream.of(trace) : Stream.empty(),
                        tasks.stream().filter(Task::isFailed).map(Task::trace))
                .findFirst()
                .map(Traces::reason);
    }

    /** For people: {@code running (2 tasks)}, {@code failed}, {@code running (1 of 2 tasks failed)}. */
    public String description() {
        String word = state.toLowerCase(Locale.ROOT);
        if (tasks.isEmpty()) {
            return word;
        }
        String all = tasks.size() == 1 ? "1 task" : tasks.size() + " tasks";
        List<String> parts = new ArrayList<>();
        for (String bad : List.of("FAILED", "UNASSIGNED")) {
            long count = tasks.stream().filter(task -> task.state().equals(bad)).count();
            if (count > 0) {
                parts.add(count + " of " + all + " " + bad.toLowerCase(Locale.ROOT));
            }
        }
        return word + " (" + (parts.isEmpty() ? all : String.join(", ", parts)) + ")";
    }
}
