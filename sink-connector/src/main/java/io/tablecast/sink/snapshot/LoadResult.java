// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import java.time.Duration;
import java.util.List;

/**
 * What a finished load did.
 *
 * @param rows how many rows were loaded
 * @param expectedRows how many the source sent; another number means that a transform dropped or added some, or that
 *     records were lost on the way
 * @param repeats how many rows came again and were passed over
 * @param storage the table that holds the rows now: the destination itself, or the one behind its view
 * @param previous the table that was swapped out; none or one
 * @param isShapeChanged whether the destination's columns are others than before
 * @param remarks what else is worth telling, for the run log
 * @param switching from the first lock that keeps readers out to just before COMMIT, in the attempt that succeeded
 */
public record LoadResult(
        TableId table,
        String snapshotId,
        long rows,
        long expectedRows,
        long repeats,
        TableId storage,
        List<TableId> previous,
        boolean isShapeChanged,
        List<String> remarks,
        Duration switching,
        Duration elapsed) {

    public LoadResult {
        requireNonNull(table, "table is null");
        requireNonNull(snapshotId, "snapshotId is null");
        requireNonNull(storage, "storage is null");
        previous = List.copyOf(previous);
        remarks = List.copyOf(remarks);
        requireNonNull(switching, "switching is null");
        requireNonNull(elapsed, "elapsed is null");
    }

    /** Whether all rows that the source sent were loaded. */
    public boolean isComplete() {
        return rows == expectedRows;
    }
}
