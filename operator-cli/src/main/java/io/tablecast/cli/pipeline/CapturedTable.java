// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.pipeline;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.SnapshotMode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A table as its source connector captures it.
 *
 * @param mode in the spelling of the setting {@code mode}
 * @param snapshotMode what the source does with it when it has no offset
 * @param startValue the control value from which the source then reads instead; empty where there is none
 * @param estimatedRows what the source's planner believes
 * @param offset where it stands, as Connect stores it; empty before its first record
 * @param overdue for how long its next run has been due, in mode {@code snapshot}
 * @param remark why it is not read, empty when nothing is known against it
 */
public record CapturedTable(
        TableId id,
        String mode,
        String topic,
        SnapshotMode snapshotMode,
        String startValue,
        OptionalLong estimatedRows,
        Map<String, Object> offset,
        Optional<Duration> overdue,
        String remark) {

    public CapturedTable {
        offset = Map.copyOf(offset);
    }

    /** The offset's {@code state}; empty before the first record. */
    public String state() {
        return String.valueOf(offset.getOrDefault("state", ""));
    }
}
