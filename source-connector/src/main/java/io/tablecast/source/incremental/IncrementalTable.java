// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.TableSettings;
import java.util.Map;

/**
 * A table to read in mode {@code incremental}.
 *
 * @param storedOffset what Connect has stored for it; empty when it was never read
 */
public record IncrementalTable(SourcePartition partition, TableSettings settings, Map<String, Object> storedOffset) {
    public IncrementalTable {
        requireNonNull(partition, "partition is null");
        requireNonNull(settings, "settings is null");
        storedOffset = Map.copyOf(storedOffset);
    }

    public TableId id() {
        return partition.table();
    }

    /** What of it every server's tables have. */
    ControlledTable controlled() {
        return new ControlledTable(
                partition,
                settings.incremental().startValue(),
                settings.snapshotMode(),
                settings.runTimes(),
                settings.batchMaxRows(),
                storedOffset);
    }
}
