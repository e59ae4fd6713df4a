// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static java.util.Objects.requireNonNull;

import io.tablecast.source.postgres.Hashes;
import io.tablecast.source.queue.QueueProbe.State;
import java.util.Optional;

/**
 * What an offset says beside its position: {@code <columns>.<condition>.<generation>.<attributes>.<files>}.
 *
 * @param columns fingerprint of the columns that the last record had
 * @param condition fingerprint of the condition that chose the rows
 * @param generation the queue's; see {@link InstalledQueue}
 * @param attributes fingerprint of the columns' rows in the catalog; any ALTER COLUMN changes it
 * @param files fingerprint of the files that hold the table's rows; every rewrite changes it
 */
record StructureMark(String columns, String condition, long generation, String attributes, String files) {

    private static final int PARTS = 5;

    StructureMark {
        requireNonNull(columns, "columns is null");
        requireNonNull(condition, "condition is null");
        requireNonNull(attributes, "attributes is null");
        requireNonNull(files, "files is null");
    }

    static StructureMark of(TableColumns columns, String condition, State state) {
        return new StructureMark(
                columns.fingerprint(),
                Hashes.text(condition),
                state.generation(),
                Hashes.text(state.columns()),
                Hashes.text(state.files()));
    }

    /** Empty when the text is not of this form. */
    static Optional<StructureMark> parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != PARTS || !parts[2].matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(new StructureMark(parts[0], parts[1], Long.parseLong(parts[2]), parts[3], parts[4]));
    }

    /**
     * Whether an ALTER TABLE may have changed rows on its way from this mark to a state: it touches the catalog and writes
     * a new file, while VACUUM FULL only does the latter.
     */
    boolean mayBeRewrittenIn(State state) {
        return !attributes.equals(Hashes.text(state.columns())) && !files.equals(Hashes.text(state.files()));
    }

    /** The same with the state of a later moment; the columns are still those of the last record. */
    StructureMark seenIn(State state) {
        return new StructureMark(
                columns, condition, generation, Hashes.text(state.columns()), Hashes.text(state.files()));
    }

    @Override
    public String toString() {
        return columns + "." + condition + "." + generation + "." + attributes + "." + files;
    }
}
