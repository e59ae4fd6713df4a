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
import java.util.List;

/**
 * A range that is read again. What lies beyond the table's position belongs to it only up to the bound, and reading then
 * goes on there: no row is sent twice as new.
 *
 * @param from its first control value, empty for the first of all
 * @param upTo its end
 * @param finished where reading goes on afterwards
 */
public record RangeCopy(String from, UpperBound upTo, TableOffset.Following finished) {

    public RangeCopy {
        requireNonNull(from, "from is null");
        requireNonNull(upTo, "upTo is null");
        requireNonNull(finished, "finished is null");
    }

    static RangeCopy of(RepullRange range, TableOffset.Following following, UpperBound bound) {
        return isBehind(range, following.position(), following.type())
                ? new RangeCopy(range.from(), UpperBound.below(range.to()), following)
                : new RangeCopy(range.from(), bound, following.at(bound.end()));
    }

    /** How the copy begins. */
    public SnapshotBegin begin(String snapshotId, TableStructure structure) {
        SnapshotBegin.Range marker = new SnapshotBegin.Range(finished.column(), from, upTo.exclusive());
        return new SnapshotBegin(snapshotId, finished.mode(), false, structure, List.of(marker));
    }

    /** Whether all rows of the range were sent before. */
    private static boolean isBehind(RepullRange range, ControlPosition position, ControlType type) {
        return !range.to().isEmpty()
                && position.kind() != ControlPosition.Kind.BEGINNING
                && type.reads(position.control())
                && type.compare(range.to(), position.control()) <= 0;
    }
}
