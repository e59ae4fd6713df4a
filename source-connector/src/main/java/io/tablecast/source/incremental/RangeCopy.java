// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.offset.ControlPosition;
import io.tablecast.contract.offset.ControlType;
import io.tablecast.contract.offset.RepullRange;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.table.TableStructure;
import io.tablecast.source.config.Mode;
import io.tablecast.source.postgres.CopyQuery;
import java.util.List;

/**
 * A range that is read again. What lies beyond the table's position belongs to it only up to the bound, and reading then
 * goes on there: no row is sent twice as new.
 *
 * @param finished where reading goes on afterwards
 */
record RangeCopy(CopyQuery query, SnapshotBegin.Range marker, TableOffset.Following finished) {

    RangeCopy {
        requireNonNull(query, "query is null");
        requireNonNull(marker, "marker is null");
        requireNonNull(finished, "finished is null");
    }

    static RangeCopy of(RepullRange range, TableOffset.Following following, UpperBound bound, KnownTable table) {
        ControlColumn control = table.control();
        if (isBehind(range, following.position(), following.type())) {
            return new RangeCopy(
                    table.queries().range(range.from(), control.quoted() + " < " + control.literal(range.to())),
                    new SnapshotBegin.Range(control.name(), range.from(), range.to()),
                    following);
        }
        return new RangeCopy(
                table.queries().range(range.from(), bound.condition(control)),
                new SnapshotBegin.Range(control.name(), range.from(), bound.exclusive()),
                following.at(bound.end()));
    }

    SnapshotBegin begin(String snapshotId, TableStructure structure) {
        return new SnapshotBegin(snapshotId, Mode.INCREMENTAL.configName(), false, structure, List.of(marker));
    }

    /** Whether all rows of the range were sent before. */
    private static boolean isBehind(RepullRange range, ControlPosition position, ControlType type) {
        return !range.to().isEmpty()
                && position.kind() != ControlPosition.Kind.BEGINNING
                && type.reads(position.control())
                && type.compare(range.to(), position.control()) <= 0;
    }
}
