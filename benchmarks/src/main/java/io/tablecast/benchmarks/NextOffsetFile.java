// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the benchmarks' own sink wrote down: the offset that comes next. */
public final class NextOffsetFile {
    private final Path file;

    public NextOffsetFile(Path file) {
        this.file = file;
    }

    /** The offset behind the last record that came; 0 before the first one. */
    public long next() {
        try {
            if (!Files.exists(file) || Files.size(file) < Long.BYTES) {
                return 0;
            }
            return ByteBuffer.wrap(Files.readAllBytes(file)).getLong();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
