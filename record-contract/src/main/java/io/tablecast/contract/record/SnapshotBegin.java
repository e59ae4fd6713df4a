// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.tablecast.contract.table.TableStructure;
import java.util.List;

/**
 * The marker on the record that begins a snapshot of one table (header {@link RecordHeaders#SNAPSHOT_BEGIN}).
 *
 * @param id names the snapshot; its rows carry it in {@code source.sequence} and its end repeats it
 * @param mode the source's mode, for example {@code snapshot} or {@code queue}
 * @param interleaved whether changes of the table may stand between begin and end
 * @param structure the table as the snapshot reads it
 * @param ranges one element when only a range of the table is read again, else empty
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record SnapshotBegin(String id, String mode, boolean interleaved, TableStructure structure, List<Range> ranges) {

    public SnapshotBegin {
        requireNonNull(id, "id is null");
        requireNonNull(mode, "mode is null");
        requireNonNull(structure, "structure is null");
        ranges = ranges == null ? List.of() : List.copyOf(ranges);
    }

    /** The whole table. */
    public static SnapshotBegin ofTable(String id, String mode, TableStructure structure) {
        return new SnapshotBegin(id, mode, false, structure, List.of());
    }

    /**
     * The rows whose control column lies in [from, to), both in the text form of the column's type.
     *
     * @param from inclusive lower bound, empty for none
     * @param to exclusive upper bound, empty for none
     */
    public record Range(String column, String from, String to) {
        public Range {
            requireNonNull(column, "column is null");
            from = from == null ? "" : from;
            to = to == null ? "" : to;
        }
    }
}
