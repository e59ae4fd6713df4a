// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.record.SchemaChange;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * What columns were called before the destination followed a rename of the source. Records from before it may be sent
 * again, and their values are of the columns that have other names now.
 *
 * @param next the name that each got
 */
public record FormerNames(Map<String, String> next) {

    public static final FormerNames NONE = new FormerNames(Map.of());

    public FormerNames {
        next = Map.copyOf(next);
    }

    /** What holds after a change was followed. One that comes again finds its rename done and changes nothing. */
    FormerNames after(SchemaChange change, DestinationTable before) {
        Map<String, String> names = new TreeMap<>(next);
        if (change instanceof SchemaChange.Rename rename && before.canRename(rename.from(), rename.to())) {
            names.put(rename.from(), rename.to());
        }
        if (change instanceof SchemaChange.Drop drop) {
            names.values().removeIf(name -> name.equals(drop.column()));
        }
        return new FormerNames(names);
    }

    /** The column that has a name, or else the one that had it before. */
    Optional<DestinationColumn> column(String name, Function<String, Optional<DestinationColumn>> columns) {
        Optional<DestinationColumn> found = columns.apply(name);
        String now = name;
        for (int renames = 0; found.isEmpty() && renames < next.size() && next.containsKey(now); renames++) {
            now = next.get(now);
            found = columns.apply(now);
        }
        return found;
    }
}
