// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.apply.FlushNote;
import io.tablecast.sink.metadata.LoadRecords;
import io.tablecast.sink.metadata.TableStates;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Tables that lack rows of their source, until the writer has time to write it down. For the task's thread. */
final class IncompleteTables {

    private final LoadRecords records;
    private final TableStates states;
    private final Deque<FlushNote> notes = new ArrayDeque<>();

    IncompleteTables(LoadRecords records, TableStates states) {
        this.records = records;
        this.states = states;
    }

    /** Has {@code table_state} say so until a snapshot of the table is finished. */
    void mark(TableId table, String reason) {
        notes.add(connection -> records.incomplete(connection, table, reason));
    }

    /** Has {@code table_state} say why nothing is written to the table. */
    void quarantine(TableId table, String cause) {
        notes.add(connection -> states.quarantine(connection, table, cause));
    }

    /** What the writer is to write down next. */
    Optional<FlushNote> nextNote() {
        return Optional.ofNullable(notes.poll());
    }

    boolean isEmpty() {
        return notes.isEmpty();
    }
}
