// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Changes of rows between which nothing else happens to the table, and what of them is left to do: the last state of
 * each key, and every row that has none.
 */
final class RowChanges {

    private final Collection<Change.OfRow> states;
    private final boolean isComplete;

    private RowChanges(Collection<Change.OfRow> states) {
        this(states, false);
    }

    private RowChanges(Collection<Change.OfRow> states, boolean isComplete) {
        this.states = states;
        this.isComplete = isComplete;
    }

    /** How the row that a change concerns is told from others. */
    interface Identities {
        /** Empty for a row without a key, which is like no other. */
        Optional<Object> of(Change.OfRow change);
    }

    /** Reduces changes in the order they came. */
    static RowChanges reduce(List<Change.OfRow> changes, Identities identities, MergedRows merged) {
        Map<Object, Change.OfRow> last = new LinkedHashMap<>(changes.size() * 2);
        for (Change.OfRow change : changes) {
            Object identity = identities.of(change).orElseGet(Object::new);
            Change.OfRow before = last.put(identity, change);
            if (before != null) {
                last.put(identity, following(before, change, merged));
            }
        }
        return new RowChanges(last.values());
    }

    private static Change.OfRow following(Change.OfRow before, Change.OfRow next, MergedRows merged) {
        Change.OfRow state = merged.isNeeded(before, next) ? merged.of(before, next) : next;
        boolean isGone = before instanceof Change.Gone || (before instanceof Change.Write write && write.isNew());
        return isGone && state instanceof Change.Write write ? write.asNew() : state;
    }

    /**
     * Reduces changes in the order they came where deleted rows are kept: a delete leaves the last values of the row, and
     * of several deletes of a row that is gone the first one counts.
     */
    static RowChanges reduceKeepingDeleted(List<Change.OfRow> changes, Identities identities, MergedRows merged) {
        Map<Object, Change.OfRow> last = new LinkedHashMap<>(changes.size() * 2);
        for (Change.OfRow change : changes) {
            last.merge(
                    identities.of(change).orElseGet(Object::new),
                    change,
                    (before, next) -> keepingDeleted(before, next, merged));
        }
        return new RowChanges(last.values());
    }

    private static Change.OfRow keepingDeleted(Change.OfRow before, Change.OfRow next, MergedRows merged) {
        if (!(next instanceof Change.Gone gone)) {
            return merged.isNeeded(before, next) ? merged.of(before, next) : next;
        }
        return before instanceof Change.Write write
                ? new Change.Retired(gone.origin(), write.key(), write.row(), gone.deletion())
                : before;
    }

    /** Every change for itself. */
    static RowChanges unreduced(List<Change.OfRow> changes) {
        return new RowChanges(List.copyOf(changes));
    }

    /** The same, none of whose rows leaves a value out: somebody has looked. */
    RowChanges complete() {
        return new RowChanges(states, true);
    }

    /** Whether it is known that no row leaves a value out; else each has to be looked at. */
    boolean isComplete() {
        return isComplete;
    }

    int size() {
        return states.size();
    }

    List<Change.OfRow> all() {
        return new ArrayList<>(states);
    }

    List<Change.WithRow> writes() {
        List<Change.WithRow> writes = new ArrayList<>(states.size());
        for (Change.OfRow state : states) {
            if (state instanceof Change.WithRow write) {
                writes.add(write);
            }
        }
        return writes;
    }

    List<Change.Gone> deletes() {
        List<Change.Gone> deletes = new ArrayList<>();
        for (Change.OfRow state : states) {
            if (state instanceof Change.Gone gone) {
                deletes.add(gone);
            }
        }
        return deletes;
    }
}
