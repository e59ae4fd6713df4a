// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The benchmarks' own connectors as plugins of a worker, and where files are put. */
public final class OwnConnectors {

    private OwnConnectors() {}

    /**
     * A folder for the worker's {@code plugin.path}.
     *
     * @param parent where to make it
     * @param jar with the connectors
     */
    public static Path folder(Path parent, Path jar) {
        Path plugins = parent.resolve("plugins");
        try {
            Path plugin = Files.createDirectories(plugins.resolve("benchmark"));
            Files.copy(jar, plugin.resolve("connectors.jar"));
            return plugins;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot copy " + jar, e);
        }
    }

    /** A new folder for the files of a run. */
    public static Path temporaryFolder() {
        try {
            return Files.createTempDirectory("tablecast-benchmark");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot make a folder", e);
        }
    }
}
