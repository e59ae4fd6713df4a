// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

/** Texts in SQL, for statements that take no parameters. */
public final class Literals {

    private Literals() {}

    /** A literal that means the same whatever {@code standard_conforming_strings} says. */
    public static String quote(String text) {
        return "E'" + text.replace("\\", "\\\\").replace("'", "''") + "'";
    }
}
