// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.structure.DestinationTable;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;

/**
 * A load to be run.
 *
 * @param table the destination
 * @param row the schema of the rows
 * @param attempt another one uses another table
 * @param knownColumns the columns that this connector has written to the destination before; a column of the destination
 *     that is neither in the snapshot nor among these is somebody else's
 */
public record LoadPlan(
        TableId table,
        SnapshotBegin begin,
        Schema row,
        Attempt attempt,
        Set<String> knownColumns,
        LoadSettings settings) {

    private static final String PERIODIC = "snapshot";

    public LoadPlan {
        requireNonNull(table, "table is null");
        requireNonNull(begin, "begin is null");
        requireNonNull(row, "row is null");
        requireNonNull(attempt, "attempt is null");
        requireNonNull(settings, "settings is null");
        knownColumns = Set.copyOf(knownColumns);
    }

    /** The same load, whose rows are of another schema by now. */
    public LoadPlan withRow(Schema other) {
        return new LoadPlan(table, begin, other, attempt, knownColumns, settings);
    }

    /**
     * One of the times that a snapshot is loaded.
     *
     * @param epoch of the claim on the partition
     * @param offset of the begin: a producer may send it twice
     */
    public record Attempt(long epoch, long offset) {}

    /** Names this attempt: a snapshot under a claim, from its begin. */
    String load() {
        return begin.id() + "/" + attempt.epoch() + "/" + attempt.offset();
    }

    /** Whether the rows go into the table that is there, which may refuse some. */
    public boolean isIntoKeptTable() {
        return !begin.ranges().isEmpty() || settings.isIntoKeptTable();
    }

    /** Whether nothing that the rows lack may be added to the table that is there, not even to its types. */
    boolean isIntoFixedTable(Optional<DestinationTable> existing) {
        return existing.isPresent() && isIntoKeptTable() && settings.evolution().isOff();
    }

    /** Whether the table is only ever replaced as a whole; else changes of single rows follow. */
    boolean isPeriodic() {
        return begin.mode().equals(PERIODIC);
    }
}
