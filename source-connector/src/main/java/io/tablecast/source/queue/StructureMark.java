// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static java.util.Objects.requireNonNull;

import io.tablecast.source.postgres.Hashes;
import java.util.Optional;

/**
 * What an offset says beside its position: {@code <columns>.<condition>.<generation>}.
 *
 * @param columns fingerprint of the columns that the last record had
 * @param condition fingerprint of the condition that chose the rows
 * @param generation the queue's; see {@link InstalledQueue}
 */
record StructureMark(String columns, String condition, long generation) {

    private static final int PARTS = 3;

    StructureMark {
        requireNonNull(columns, "columns is null");
        requireNonNull(condition, "condition is null");
    }

    static StructureMark of(TableColumns columns, String condition, long generation) {
        return new StructureMark(columns.fingerprint(), Hashes.text(condition), generation);
    }

    /** Empty when the text is not of this form. */
    static Optional<StructureMark> parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != PARTS || !parts[2].matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(new StructureMark(parts[0], parts[1], Long.parseLong(parts[2])));
    }

    @Override
    public String toString() {
        return columns + "." + condition + "." + generation;
    }
}
