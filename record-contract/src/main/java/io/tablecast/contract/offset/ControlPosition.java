// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.offset;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Where reading by a control column goes on. Rows are ordered by the control column, and those of equal values by the
 * key.
 *
 * @param kind how the values are meant
 * @param control a value of the control column as the database writes it; empty at the beginning
 * @param key the key's values as the database writes them, in key order; only after a row
 */
public record ControlPosition(Kind kind, String control, List<String> key) {

    public ControlPosition {
        requireNonNull(kind, "kind is null");
        requireNonNull(control, "control is null");
        key = List.copyOf(key);
    }

    /** Before all rows. */
    public static ControlPosition beginning() {
        return new ControlPosition(Kind.BEGINNING, "", List.of());
    }

    /** Before the rows of a control value. */
    public static ControlPosition from(String control) {
        return new ControlPosition(Kind.FROM, control, List.of());
    }

    /** After all rows of a control value. */
    public static ControlPosition after(String control) {
        return new ControlPosition(Kind.AFTER, control, List.of());
    }

    /** After one row. */
    public static ControlPosition afterRow(String control, List<String> key) {
        return new ControlPosition(Kind.AFTER_ROW, control, key);
    }

    /** How a position is meant. */
    public enum Kind {
        BEGINNING,
        FROM,
        AFTER,
        AFTER_ROW
    }
}
