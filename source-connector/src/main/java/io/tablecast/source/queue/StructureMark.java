// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static java.util.Objects.requireNonNull;

import io.tablecast.source.postgres.Hashes;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.postgres.TableColumns;
import io.tablecast.source.queue.QueueProbe.State;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What an offset says beside its position: {@code <columns>.<choice>.<timeline>.<generation>.<attributes>.<files>}.
 *
 * @param columns fingerprint of the columns that the last record had
 * @param choice fingerprint of what decides which rows go where under which key: condition, key and topic
 * @param timeline of the server's log: a standby that takes over may lack the last transactions, and count on with
 *     their numbers
 * @param generation the queue's; see {@link InstalledQueue}
 * @param attributes fingerprint of the columns' rows in the catalog; any ALTER COLUMN changes it
 * @param files fingerprint of the files that hold the table's rows; every rewrite changes it
 */
record StructureMark(String columns, String choice, String timeline, long generation, String attributes, String files) {

    private static final int PARTS = 6;

    StructureMark {
        requireNonNull(columns, "columns is null");
        requireNonNull(choice, "choice is null");
        requireNonNull(timeline, "timeline is null");
        requireNonNull(attributes, "attributes is null");
        requireNonNull(files, "files is null");
    }

    static StructureMark of(TableColumns columns, SourceTable table, State state) {
        return new StructureMark(
                columns.fingerprint(),
                choiceOf(table),
                state.timeline(),
                state.generation(),
                Hashes.text(state.columns()),
                Hashes.text(state.files()));
    }

    private static String choiceOf(SourceTable table) {
        List<String> parts = new ArrayList<>(List.of(table.settings().condition(), table.topic()));
        parts.addAll(table.key().columns());
        return Hashes.text(String.join("\n", parts));
    }

    /** Whether records of the table still hold the same rows, under the same keys, in the same topic. */
    boolean isOfChoice(SourceTable table) {
        return choice.equals(choiceOf(table));
    }

    /** Empty when the text is not of this form. */
    static Optional<StructureMark> parse(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != PARTS || !parts[3].matches("\\d{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(
                new StructureMark(parts[0], parts[1], parts[2], Long.parseLong(parts[3]), parts[4], parts[5]));
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
                columns, choice, timeline, generation, Hashes.text(state.columns()), Hashes.text(state.files()));
    }

    @Override
    public String toString() {
        return columns + "." + choice + "." + timeline + "." + generation + "." + attributes + "." + files;
    }
}
