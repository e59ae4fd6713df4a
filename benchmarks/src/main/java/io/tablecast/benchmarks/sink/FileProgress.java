// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.sink;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the benchmark's own sink wrote down: the next offset. */
final class FileProgress implements Contender.Progress {
    private final Path file;

    FileProgress(Path file) {
        this.file = file;
    }

    @Override
    public boolean has(long number) {
        try {
            if (!Files.exists(file) || Files.size(file) < Long.BYTES) {
                return false;
            }
            return ByteBuffer.wrap(Files.readAllBytes(file)).getLong() > number;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }

    @Override
    public void close() {
        // Opened for each look.
    }
}
