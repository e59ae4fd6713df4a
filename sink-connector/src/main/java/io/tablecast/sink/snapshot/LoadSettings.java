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
        grantSelectTo = List.copyOf(grantSelectTo);
        postSwapSql = List.copyOf(postSwapSql);
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
