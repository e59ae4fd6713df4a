// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.cli.pipeline.CapturedTable;
import io.tablecast.contract.offset.ControlType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A range of control values that a user has named.
 *
 * @param from the first value, null for all
 * @param to the value before which it ends, null for all
 */
record NamedControls(String from, String to) {

    private static final String MIDNIGHT = " 00:00:00";

    boolean isEmpty() {
        return from == null && to == null;
    }

    /** Why a table has no such range; none when it has. */
    List<String> obstacles(CapturedTable table) {
        List<String> obstacles = new ArrayList<>();
        if (isEmpty()) {
            return obstacles;
        }
        if (!table.mode().equals("incremental")) {
            return List.of(table.id() + " is read in mode " + table.mode()
                    + ", which has no control values. Leave out --from and --to.");
        }
        if (!table.state().equals("following")) {
            return List.of(table.id() + " has not been copied yet. Wait until its first copy has ended.");
        }
        ControlType type = type(table.offset());
        addUnlessRead(table, type, "--from", from, obstacles);
        addUnlessRead(table, type, "--to", to, obstacles);
        if (obstacles.isEmpty()
                && from != null
                && to != null
                && type.compare(whole(type, from), whole(type, to)) >= 0) {
            obstacles.add("--from is \"" + from + "\" and not less than --to, \"" + to + "\", so no row of "
                    + table.id() + " is meant.");
        }
        return obstacles;
    }

    /** A value as offsets hold it. */
    static Object ofOffset(Map<String, Object> offset, String value) {
        return type(offset) == ControlType.INTEGER ? Long.valueOf(value) : value;
    }

    private static ControlType type(Map<String, Object> offset) {
        return ControlType.valueOf(
                String.valueOf(offset.getOrDefault("control.type", "integer")).toUpperCase(Locale.ROOT));
    }

    private static void addUnlessRead(
            CapturedTable table, ControlType type, String option, String value, List<String> obstacles) {
        if (value == null) {
            return;
        }
        if (type == ControlType.INTEGER) {
            if (!value.matches("-?\\d{1,18}")) {
                obstacles.add(table.id() + " has a control column of whole numbers, and " + option + " is \"" + value
                        + "\".");
            }
        } else if (!type.reads(whole(type, value))) {
            obstacles.add(table.id() + " has a control column of type " + type.offsetName() + ", and " + option
                    + " is \"" + value + "\". Expected " + type.description()
                    + (type == ControlType.DATE ? "." : ", or a date."));
        }
    }

    /** A day stands for its beginning. */
    private static String whole(ControlType type, String value) {
        boolean isTime = type == ControlType.TIMESTAMP || type == ControlType.TIMESTAMPTZ;
        return isTime && ControlType.DATE.reads(value) ? value + MIDNIGHT : value;
    }
}
