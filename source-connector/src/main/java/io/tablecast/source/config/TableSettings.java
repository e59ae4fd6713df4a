// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.Operation;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * The settings of one table: the connector's, with the table's own in their place.
 *
 * @param columns the columns to replicate, in any order; empty for all
 * @param condition a WHERE expression, empty for none
 * @param topic the table's topic, empty for the usual name
 * @param keyColumns the columns that identify a row, empty to take them from the catalog
 * @param runTimes when the table is read in modes {@code snapshot} and {@code incremental}
 * @param pollInterval how often the queue is asked in mode {@code queue}
 * @param batchMaxRows how many rows, or queue rows, are taken at once
 * @param queueOldRows whether the queue keeps the whole old row of deletes
 * @param incremental what concerns only mode {@code incremental}
 */
public record TableSettings(
        Mode mode,
        List<String> columns,
        String condition,
        String topic,
        List<String> keyColumns,
        NoKeyPolicy noKeyPolicy,
        OnTableError onTableError,
        Set<Operation> skippedOperations,
        SnapshotMode snapshotMode,
        boolean skipUnchanged,
        SnapshotFormat snapshotFormat,
        RunTimes runTimes,
        Duration pollInterval,
        int batchMaxRows,
        boolean queueOldRows,
        IncrementalSettings incremental) {

    public TableSettings {
        requireNonNull(mode, "mode is null");
        requireNonNull(condition, "condition is null");
        requireNonNull(topic, "topic is null");
        requireNonNull(noKeyPolicy, "noKeyPolicy is null");
        requireNonNull(onTableError, "onTableError is null");
        requireNonNull(snapshotMode, "snapshotMode is null");
        requireNonNull(snapshotFormat, "snapshotFormat is null");
        requireNonNull(runTimes, "runTimes is null");
        requireNonNull(pollInterval, "pollInterval is null");
        requireNonNull(incremental, "incremental is null");
        columns = List.copyOf(columns);
        keyColumns = List.copyOf(keyColumns);
        skippedOperations = Set.copyOf(skippedOperations);
    }

    /** Whether copies travel in binary form. First copies of other modes do not: changes follow them in their topic. */
    public boolean isCopiedInBinary() {
        return mode == Mode.SNAPSHOT && snapshotFormat == SnapshotFormat.COPY;
    }

    public boolean skips(Operation operation) {
        return skippedOperations.contains(operation);
    }
}
