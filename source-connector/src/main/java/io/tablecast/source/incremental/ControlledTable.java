// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.RunTimes;
import io.tablecast.source.config.SnapshotMode;
import java.util.Map;

/**
 * A table that is read by its control column, on whatever server it is.
 *
 * @param startValue of the control column; empty when the table is copied first
 * @param batchMaxRows how many rows are a full page
 * @param storedOffset what Connect has stored for it; empty when it was never read
 */
public record ControlledTable(
        SourcePartition partition,
        String startValue,
        SnapshotMode snapshotMode,
        RunTimes runTimes,
        int batchMaxRows,
        Map<String, Object> storedOffset) {
    public ControlledTable {
        requireNonNull(partition, "partition is null");
        requireNonNull(startValue, "startValue is null");
        requireNonNull(snapshotMode, "snapshotMode is null");
        requireNonNull(runTimes, "runTimes is null");
        storedOffset = Map.copyOf(storedOffset);
    }

    public TableId id() {
        return partition.table();
    }
}
