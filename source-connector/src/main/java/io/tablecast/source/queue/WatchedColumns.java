// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static io.tablecast.source.postgres.Identifiers.quote;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The parts of a trigger function that leave out updates which change no watched column. Values are compared, not the
 * columns that the statement names: a BEFORE trigger may have changed others. Their text forms are, because types may lack
 * equality, and equal values may look different. Where a watched column is not there any more, nothing is left out.
 *
 * @param names empty when all updates count
 */
record WatchedColumns(List<String> names) {

    WatchedColumns {
        names = List.copyOf(names);
    }

    /** For a row-level trigger: returns when old and new row are the same. */
    String returnIfSame() {
        if (names.isEmpty()) {
            return "";
        }
        String same = names.stream()
                .map(name -> text("OLD.", name) + " IS NOT DISTINCT FROM " + text("NEW.", name))
                .collect(Collectors.joining("\n                AND "));
        // Apart, because an expression that names a missing column fails whatever else it says.
        return """
                        IF %s THEN
                            IF %s THEN
                                RETURN NULL;
                            END IF;
                        END IF;
            """.formatted(areThere(), same);
    }

    /**
     * For a statement-level trigger whose rows have all kept their keys.
     *
     * @param insertAll the statement for all new rows
     * @param insertKeys the statement for some, up to its FROM
     * @param selected the key as both sides select it
     */
    String insertChanged(String insertAll, String insertKeys, String selected) {
        if (names.isEmpty()) {
            return "            " + insertAll;
        }
        String values = names.stream().map(name -> text("", name)).collect(Collectors.joining(", "));
        return """
                        IF %1$s THEN
                            %2$s FROM (
                                SELECT %3$s, %4$s FROM %5$s EXCEPT SELECT %3$s, %4$s FROM %6$s) changed;
                        ELSE
                            %7$s            END IF;
            """.formatted(
                areThere(), insertKeys, selected, values, QueueFunction.NEW_ROWS, QueueFunction.OLD_ROWS, insertAll);
    }

    private String areThere() {
        return "(SELECT count(*) FROM pg_attribute WHERE attrelid = TG_RELID AND NOT attisdropped AND attname IN ("
                + names.stream().map(QueueNames::literal).collect(Collectors.joining(", ")) + ")) = " + names.size();
    }

    private static String text(String of, String name) {
        String column = of + quote(name);
        return "(CASE WHEN " + column + " IS DISTINCT FROM NULL THEN concat(" + column + ") END COLLATE \"C\")";
    }
}
