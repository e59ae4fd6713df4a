// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.apply.FlushNote;
import io.tablecast.sink.metadata.LoadRecords;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** Tables that lack rows of their source, until the writer has time to write it down. For the task's thread. */
final class IncompleteTables {

    private final LoadRecords records;
    private final Deque<FlushNote> notes = new ArrayDeque<>();

    IncompleteTables(LoadRecords records) {
        this.records = records;
    }

    /** Has {@code table_state} say so until a snapshot of the table is finished. */
    void mark(TableId table, String reason) {
        notes.add(connection -> records.incomplete(connection, table, reason));
    }

    /** What the writer is to write down next. */
    Optional<FlushNote> nextNote() {
        return Optional.ofNullable(notes.poll());
    }

    boolean isEmpty() {
        return notes.isEmpty();
    }
}
