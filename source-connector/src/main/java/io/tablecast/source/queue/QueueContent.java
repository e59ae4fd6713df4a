// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.TreeSet;

/**
 * What a queue holds beside keys.
 *
 * @param watchedColumns an update that changes none of them is left out; empty when every update is held
 */
record QueueContent(OldRows oldRows, List<String> watchedColumns) {

    /** Every change, with its key alone. */
    static final QueueContent KEYS = new QueueContent(OldRows.LEFT_OUT, List.of());

    QueueContent {
        requireNonNull(oldRows, "oldRows is null");
        watchedColumns = List.copyOf(new TreeSet<>(watchedColumns));
    }

    /** What serves two readers of one queue. */
    QueueContent and(QueueContent other) {
        TreeSet<String> both = new TreeSet<>();
        if (!watchedColumns.isEmpty() && !other.watchedColumns.isEmpty()) {
            both.addAll(watchedColumns);
            both.addAll(other.watchedColumns);
        }
        return new QueueContent(
                oldRows == OldRows.KEPT || other.oldRows == OldRows.KEPT ? OldRows.KEPT : OldRows.LEFT_OUT,
                List.copyOf(both));
    }

    /** Whether a queue of this content has all that a reader needs. */
    boolean serves(QueueContent wish) {
        return equals(and(wish));
    }
}
