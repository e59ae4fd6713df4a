// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What was injected, and how long it took to recover from it, as a table in Markdown. */
final class FaultLog {
    private final Map<String, Kind> kinds = new TreeMap<>();

    /** A round is over: both sides are equal so long after its last fault has ended. */
    void add(List<Fault> faults, Duration recovery) {
        for (Fault fault : faults) {
            kinds.merge(fault.name(), new Kind(1, recovery), Kind::with);
        }
    }

    int count() {
        return kinds.values().stream().mapToInt(Kind::count).sum();
    }

    void write(Path file) {
        StringBuilder table = new StringBuilder("| fault | injected | longest recovery |\n|---|---|---|\n");
        kinds.forEach((name, kind) -> table.append(String.format(
                Locale.ROOT,
                "| %s | %d | %.1f s |%n",
                name,
                kind.count(),
                kind.longest().toMillis() / 1000.0)));
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, table.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private record Kind(int count, Duration longest) {
        private Kind with(Kind other) {
            return new Kind(count + other.count, longest.compareTo(other.longest) > 0 ? longest : other.longest);
        }
    }
}
