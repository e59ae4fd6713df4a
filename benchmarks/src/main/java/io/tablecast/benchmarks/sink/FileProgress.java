// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.sink;

import io.tablecast.benchmarks.NextOffsetFile;
import java.nio.file.Path;

/** What the benchmark's own sink wrote down: the next offset. */
final class FileProgress implements Contender.Progress {
    private final NextOffsetFile file;

    FileProgress(Path file) {
        this.file = new NextOffsetFile(file);
    }

    @Override
    public boolean has(long number) {
        return file.next() > number;
    }

    @Override
    public void close() {
        // Opened for each look.
    }
}
