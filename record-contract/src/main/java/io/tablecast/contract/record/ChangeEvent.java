// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import static java.util.Objects.requireNonNull;

import org.apache.kafka.connect.data.Struct;

/** What a record of a data topic asks a destination to do. The row's key is the record's own key. */
public sealed interface ChangeEvent {

    <R> R match(Cases<R> cases);

    /** One branch per kind of event. */
    interface Cases<R> {
        R written(RowWritten event);

        R deleted(RowDeleted event);

        R keyDeleted(KeyDeleted event);

        R truncated(TableTruncated event);

        R notAChange(NotAChange event);
    }

    /**
     * A row is there with these values.
     *
     * @param operation {@link Operation#READ}, {@link Operation#CREATE} or {@link Operation#UPDATE}
     * @param hasBefore whether the event tells of an old row whose place this one takes
     */
    record RowWritten(Operation operation, Struct row, boolean hasBefore, SourceInfo source) implements ChangeEvent {
        public RowWritten {
            requireNonNull(operation, "operation is null");
            requireNonNull(row, "row is null");
            requireNonNull(source, "source is null");
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.written(this);
        }
    }

    /**
     * A row is gone.
     *
     * @param before the old row
     * @param beforeIsFull whether all its values are the old ones; otherwise only the key's are to be used
     */
    record RowDeleted(Struct before, boolean beforeIsFull, SourceInfo source) implements ChangeEvent {
        public RowDeleted {
            requireNonNull(before, "before is null");
            requireNonNull(source, "source is null");
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.deleted(this);
        }
    }

    /** The row of the record's key is gone: a tombstone. After a delete event of the same row it says nothing new. */
    record KeyDeleted() implements ChangeEvent {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.keyDeleted(this);
        }
    }

    /** All rows are gone, or a snapshot begins; {@link RecordHeaders#begin} tells which. */
    record TableTruncated(SourceInfo source) implements ChangeEvent {
        public TableTruncated {
            requireNonNull(source, "source is null");
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.truncated(this);
        }
    }

    /**
     * A record that concerns no row of a table.
     *
     * @param kind what it is, for logs: heartbeat, transaction boundary, schema change, notification, logical message
     */
    record NotAChange(String kind) implements ChangeEvent {
        public NotAChange {
            requireNonNull(kind, "kind is null");
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.notAChange(this);
        }
    }
}
