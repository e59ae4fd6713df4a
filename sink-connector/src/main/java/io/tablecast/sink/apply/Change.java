// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.SchemaChange;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** What one record does to its table. */
public sealed interface Change {

    Origin origin();

    /** A change of one row. */
    sealed interface OfRow extends Change {
        RowKey key();
    }

    /** The row is there with these values. */
    record Write(Origin origin, RowKey key, Struct row) implements OfRow {
        public Write {
            requireNonNull(origin, "origin is null");
            requireNonNull(key, "key is null");
            requireNonNull(row, "row is null");
        }
    }

    /** The row of that key is gone. */
    record Delete(Origin origin, RowKey key) implements OfRow {
        public Delete {
            requireNonNull(origin, "origin is null");
            requireNonNull(key, "key is null");
        }
    }

    /** The row is gone, and the record has no key: the old row is all that identifies it. */
    record DeleteByRow(Origin origin, Struct row) implements OfRow {
        public DeleteByRow {
            requireNonNull(origin, "origin is null");
            requireNonNull(row, "row is null");
        }

        @Override
        public RowKey key() {
            return RowKey.NONE;
        }
    }

    /** All rows are gone. */
    record Truncate(Origin origin) implements Change {
        public Truncate {
            requireNonNull(origin, "origin is null");
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
