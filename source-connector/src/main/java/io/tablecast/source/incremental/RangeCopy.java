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
import java.util.Optional;

/**
 * A range that is read again. What lies beyond the table's position belongs to it only up to the bound, and reading then
 * goes on there: no row is sent twice as new.
 *
 * <p>A position may lie beyond all that is there: the clock was set back, or the rows with the greatest values are gone
 * and their numbers come again. Reading then goes on at the bound, and what the destination has beyond is taken away
 * there, because it is sent as new when its time is there.
 *
 * @param from its first control value, empty for the first of all
 * @param upTo the end of what is read
 * @param replacedTo the end of what is replaced at the destination, exclusive, empty for all
 * @param finished where reading goes on afterwards
 */
public record RangeCopy(String from, UpperBound upTo, String replacedTo, TableOffset.Following finished) {

    public RangeCopy {
        requireNonNull(from, "from is null");
        requireNonNull(upTo, "upTo is null");
        requireNonNull(replacedTo, "replacedTo is null");
        requireNonNull(finished, "finished is null");
    }

    /**
     * What a request asks for.
     *
     * @param bound up to where all rows are there for good
     * @param everything that is there, for good or not; counts only where the position lies beyond the bound
     * @return empty while not even all that was sent is known to be there for good
     */
    static Optional<RangeCopy> of(
            RepullRange range, TableOffset.Following following, UpperBound bound, UpperBound everything) {
        ControlType type = following.type();
        boolean isSentBefore = isBehind(range, following.position(), type);
        if (!bound.isBefore(following.position(), type)) {
            return Optional.of(
                    isSentBefore
                            ? sentBefore(range, following)
                            : new RangeCopy(range.from(), bound, bound.exclusive(), following.at(bound.end())));
        }
        if (everything.reach() == UpperBound.Reach.NOTHING) {
            return Optional.of(new RangeCopy(range.from(), everything, range.to(), following));
        }
        if (bound.reach() == UpperBound.Reach.NOTHING || !everything.isBefore(following.position(), type)) {
            return Optional.empty();
        }
        if (isSentBefore) {
            return Optional.of(sentBefore(range, following));
        }
        boolean begins = range.from().isEmpty() || type.compare(range.from(), bound.exclusive()) < 0;
        return begins
                ? Optional.of(new RangeCopy(range.from(), bound, "", following.at(bound.end())))
                : Optional.empty();
    }

    /** How the copy begins. */
    public SnapshotBegin begin(String snapshotId, TableStructure structure) {
        SnapshotBegin.Range marker = new SnapshotBegin.Range(finished.column(), from, replacedTo);
        return new SnapshotBegin(snapshotId, finished.mode(), false, structure, List.of(marker));
    }

    private static RangeCopy sentBefore(RepullRange range, TableOffset.Following following) {
        return new RangeCopy(range.from(), UpperBound.below(range.to()), range.to(), following);
    }

    /** Whether all rows of the range were sent before. */
    private static boolean isBehind(RepullRange range, ControlPosition position, ControlType type) {
        return !range.to().isEmpty()
                && position.kind() != ControlPosition.Kind.BEGINNING
                && type.reads(position.control())
                && type.compare(range.to(), position.control()) <= 0;
    }
}
