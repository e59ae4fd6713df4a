// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import static java.util.Objects.requireNonNull;

import io.tablecast.sink.structure.ColumnDrop;
import io.tablecast.sink.structure.SchemaEvolution;
import io.tablecast.sink.structure.TableShape;
import java.time.Duration;
import java.util.List;

/**
 * How snapshots of one destination table are applied.
 *
 * @param lockTimeout how long each attempt of the switch waits for readers, and new readers for it
 * @param evolution for tables that stay: truncate and merge
 * @param maximumQueueBytes roughly how much memory waiting rows may take
 */
public record LoadSettings(
        SnapshotApply apply,
        SwapMode swapMode,
        Previous previous,
        TruncateReach truncateReach,
        SequenceReset sequenceReset,
        Statistics statistics,
        TableShape shape,
        ColumnDrop columnDrop,
        SchemaEvolution evolution,
        List<String> grantSelectTo,
        List<String> postSwapSql,
        Duration lockTimeout,
        Limits limits,
        long maximumQueueBytes) {

    public LoadSettings {
        requireNonNull(apply, "apply is null");
        requireNonNull(swapMode, "swapMode is null");
        requireNonNull(previous, "previous is null");
        requireNonNull(truncateReach, "truncateReach is null");
        requireNonNull(sequenceReset, "sequenceReset is null");
        requireNonNull(statistics, "statistics is null");
        requireNonNull(shape, "shape is null");
        requireNonNull(columnDrop, "columnDrop is null");
        requireNonNull(evolution, "evolution is null");
        requireNonNull(lockTimeout, "lockTimeout is null");
        requireNonNull(limits, "limits is null");
        grantSelectTo = List.copyOf(grantSelectTo);
        postSwapSql = List.copyOf(postSwapSql);
    }

    /** Whether rows are merged into the table that is there, for soft deletes whatever {@link #apply} says. */
    public boolean isMerged() {
        return apply == SnapshotApply.MERGE || shape.softDelete().isPresent();
    }

    /** Whether the table that is there stays, and only its rows are replaced. */
    public boolean isIntoKeptTable() {
        return isMerged() || apply == SnapshotApply.TRUNCATE;
    }

    /**
     * What one load may cost others.
     *
     * @param transaction how long one transaction may take rows, which holds back vacuum everywhere
     * @param idle how long it may wait for the next row
     */
    public record Limits(Duration transaction, Duration idle) {
        public Limits {
            requireNonNull(transaction, "transaction is null");
            requireNonNull(idle, "idle is null");
        }
    }

    /** {@code swap.keep.previous}: what becomes of the table that was swapped out. */
    public enum Previous {
        /** It stays until the next swap. */
        KEPT,
        /** It is dropped after the swap. */
        DROPPED
    }

    /** {@code truncate.cascade}. */
    public enum TruncateReach {
        TABLE,
        /** Also the tables that refer to it. */
        CASCADE
    }

    /** {@code reset.sequences}: for truncate and merge; sequences of created tables always follow. */
    public enum SequenceReset {
        LEFT_ALONE,
        ADVANCED
    }

    /** {@code analyze}. */
    public enum Statistics {
        GATHERED,
        /** Left to autovacuum. */
        LEFT_ALONE
    }
}
