// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.RowChunk;
import io.tablecast.contract.record.SchemaChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** What one record does to its table. */
public sealed interface Change {

    Origin origin();

    /** A change of one row. */
    sealed interface OfRow extends Change {
        RowKey key();
    }

    /** A change that brings a row's values. */
    sealed interface WithRow extends OfRow {
        Struct row();
    }

    /**
     * The row is there with these values.
     *
     * @param former the delete just before, by which the row has left another key
     * @param hasBefore whether its record tells of an old row whose place it takes
     * @param isNew whether the row that was there before is gone, so that nothing of it stays
     */
    record Write(Origin origin, RowKey key, Struct row, Optional<Delete> former, boolean hasBefore, boolean isNew)
            implements WithRow {
        public Write {
            requireNonNull(origin, "origin is null");
            requireNonNull(key, "key is null");
            requireNonNull(row, "row is null");
            requireNonNull(former, "former is null");
        }

        /** As a record tells it, which does not say whether a row of that key was there. */
        public Write(Origin origin, RowKey key, Struct row, Optional<Delete> former, boolean hasBefore) {
            this(origin, key, row, former, hasBefore, false);
        }

        /** Of a row that had no other key. */
        public Write(Origin origin, RowKey key, Struct row) {
            this(origin, key, row, Optional.empty(), false);
        }

        /** The same change with other values. */
        Write withRow(Struct other, Optional<Delete> left) {
            return new Write(origin, key, other, left, hasBefore, isNew);
        }

        /** The same change of a row whose predecessor is gone. */
        Write asNew() {
            return new Write(origin, key, row, former, hasBefore, true);
        }
    }

    /** The row had these values and is gone; where deleted rows are kept, this is how. */
    record Retired(Origin origin, RowKey key, Struct row, Deletion deletion) implements WithRow {
        public Retired {
            requireNonNull(origin, "origin is null");
            requireNonNull(key, "key is null");
            requireNonNull(row, "row is null");
            requireNonNull(deletion, "deletion is null");
        }
    }

    /** A row is gone. */
    sealed interface Gone extends OfRow {
        Deletion deletion();
    }

    /** The row of that key is gone. */
    record Delete(Origin origin, RowKey key, Deletion deletion) implements Gone {
        public Delete {
            requireNonNull(origin, "origin is null");
            requireNonNull(key, "key is null");
            requireNonNull(deletion, "deletion is null");
        }
    }

    /** The row is gone, and the record has no key: the old row is all that identifies it. */
    record DeleteByRow(Origin origin, Struct row, Deletion deletion) implements Gone {
        public DeleteByRow {
            requireNonNull(origin, "origin is null");
            requireNonNull(row, "row is null");
            requireNonNull(deletion, "deletion is null");
        }

        @Override
        public RowKey key() {
            return RowKey.NONE;
        }
    }

    /** Many rows of a snapshot, in one record; {@link #writes()} takes them apart. */
    record Rows(Origin origin, RowChunk chunk) implements Change {
        public Rows {
            requireNonNull(origin, "origin is null");
            requireNonNull(chunk, "chunk is null");
        }

        /**
         * The rows one by one.
         *
         * @throws org.apache.kafka.connect.errors.DataException if they are not what their record says
         */
        public List<Write> writes() {
            List<Write> writes = new ArrayList<>();
            chunk.forEach(row -> writes.add(new Write(
                    origin, chunk.key(row).<RowKey>map(RowKey.Fields::new).orElse(RowKey.NONE), row)));
            return writes;
        }
    }

    /** All rows are gone. */
    record Truncate(Origin origin, Deletion deletion) implements Change {
        public Truncate {
            requireNonNull(origin, "origin is null");
            requireNonNull(deletion, "deletion is null");
        }
    }

    /** The source's columns have changed before the record with this row. */
    record Restructure(Origin origin, List<SchemaChange> changes, Schema row) implements Change {
        public Restructure {
            requireNonNull(origin, "origin is null");
            requireNonNull(row, "row is null");
            changes = List.copyOf(changes);
        }
    }
}
