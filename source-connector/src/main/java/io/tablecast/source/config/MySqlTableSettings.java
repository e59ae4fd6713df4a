// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.Operation;
import java.util.List;
import java.util.Set;

/**
 * The settings of one table of a MySQL source: the connector's, with the table's own in their place.
 *
 * @param columns the columns to replicate, in any order; empty for all
 * @param condition a WHERE expression for copies, empty for none
 * @param topic the table's topic, empty for the usual name
 * @param keyColumns the columns that identify a row, empty to take them from the catalog
 * @param runTimes when the table is read in modes {@code snapshot} and {@code incremental}
 * @param batchMaxRows how many rows one query of mode {@code incremental} reads
 * @param incremental what else concerns only that mode
 */
public record MySqlTableSettings(
        List<String> columns,
        String condition,
        String topic,
        List<String> keyColumns,
        MySqlNoKeyPolicy noKeyPolicy,
        OnTableError onTableError,
        OnTableReplaced onTableReplaced,
        Set<Operation> skippedOperations,
        SnapshotMode snapshotMode,
        MySqlMode mode,
        RunTimes runTimes,
        int batchMaxRows,
        IncrementalSettings incremental) {
    public MySqlTableSettings {
        requireNonNull(condition, "condition is null");
        requireNonNull(topic, "topic is null");
        requireNonNull(noKeyPolicy, "noKeyPolicy is null");
        requireNonNull(onTableError, "onTableError is null");
        requireNonNull(onTableReplaced, "onTableReplaced is null");
        requireNonNull(snapshotMode, "snapshotMode is null");
        requireNonNull(mode, "mode is null");
        requireNonNull(runTimes, "runTimes is null");
        requireNonNull(incremental, "incremental is null");
        columns = List.copyOf(columns);
        keyColumns = List.copyOf(keyColumns);
        skippedOperations = Set.copyOf(skippedOperations);
    }

    public boolean skips(Operation operation) {
        return skippedOperations.contains(operation);
    }

    /** Whether records hold a column. */
    public boolean replicates(String column) {
        return columns.isEmpty() || columns.contains(column);
    }
}
