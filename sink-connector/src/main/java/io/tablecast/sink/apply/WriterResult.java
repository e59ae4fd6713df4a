// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.metadata.StagedLoadRecords;
import io.tablecast.sink.offset.Claim;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.errors.ConnectException;

/** How a job of the writer thread ended. */
public sealed interface WriterResult {

    <R> R match(Cases<R> cases);

    /** One branch per way of ending. */
    interface Cases<R> {
        R claimed(Claimed result);

        R loadPrepared(LoadPrepared result);

        R loadRefused(LoadRefused result);

        R flushed(Flushed result);

        R waiting(Waiting result);

        R tableFailed(TableFailed result);

        R failed(Failed result);

        R noted(Noted result);

        R abandoned(Abandoned result);
    }

    /**
     * Partitions were claimed; those that were closed meanwhile are not among them.
     *
     * @param staged the staged loads that were begun in these partitions and go on
     * @param snapshots the last snapshot of each table that was finished
     */
    record Claimed(List<Claim> claims, List<StagedLoadRecords.Note> staged, Map<TableId, String> snapshots)
            implements WriterResult {
        public Claimed {
            claims = List.copyOf(claims);
            staged = List.copyOf(staged);
            snapshots = Map.copyOf(snapshots);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.claimed(this);
        }
    }

    /**
     * A table is this connector's, and a snapshot of it may be loaded.
     *
     * @param knownColumns what the connector has written to it before
     * @param isThere whether the table exists
     * @param lastLoad how long the last snapshot of the table took; zero if there was none
     */
    record LoadPrepared(LoadRequest request, Set<String> knownColumns, boolean isThere, Duration lastLoad)
            implements WriterResult {
        public LoadPrepared {
            requireNonNull(request, "request is null");
            knownColumns = Set.copyOf(knownColumns);
            requireNonNull(lastLoad, "lastLoad is null");
        }

        /** The destination. */
        public TableId table() {
            return request.table();
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.loadPrepared(this);
        }
    }

    /** A table cannot take the snapshot and is to be left out. */
    record LoadRefused(LoadRequest request, ConnectException cause) implements WriterResult {
        public LoadRefused {
            requireNonNull(request, "request is null");
            requireNonNull(cause, "cause is null");
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.loadRefused(this);
        }
    }

    /** A flush is committed. */
    record Flushed(Written written) implements WriterResult {
        public Flushed {
            requireNonNull(written, "written is null");
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.flushed(this);
        }
    }

    /**
     * A flush fits only together with records that may still come; nothing of it is written.
     *
     * @param limit how long to wait for them
     */
    record Waiting(Flush flush, Duration limit, String reason) implements WriterResult {
        public Waiting {
            requireNonNull(flush, "flush is null");
            requireNonNull(limit, "limit is null");
            requireNonNull(reason, "reason is null");
        }

        /** The same without what came from the given partitions. */
        public Waiting without(Set<TopicPartition> partitions) {
            return partitions.isEmpty() ? this : new Waiting(flush.without(partitions), limit, reason);
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.waiting(this);
        }
    }

    /** One table cannot be written and is to be left out; nothing of the flush is written. */
    record TableFailed(Flush flush, TableId table, ConnectException cause) implements WriterResult {
        public TableFailed {
            requireNonNull(flush, "flush is null");
            requireNonNull(table, "table is null");
            requireNonNull(cause, "cause is null");
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.tableFailed(this);
        }
    }

    /** No retry helps; the task stops. */
    record Failed(RuntimeException cause) implements WriterResult {
        public Failed {
            requireNonNull(cause, "cause is null");
        }

        @Override
        public <R> R match(Cases<R> cases) {
            return cases.failed(this);
        }
    }

    /** Something is written down. */
    record Noted() implements WriterResult {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.noted(this);
        }
    }

    /** There was nothing left to do, or the writer is closing. */
    record Abandoned() implements WriterResult {
        @Override
        public <R> R match(Cases<R> cases) {
            return cases.abandoned(this);
        }
    }
}
