// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

/** How much a test does: a little in every build, much with {@code -Psoak}. */
enum Form {
    SHORT,
    LONG;

    /** The form that this build runs. */
    static Form chosen() {
        return Boolean.getBoolean("tablecast.soak") ? LONG : SHORT;
    }

    /** One of two amounts. */
    static int amount(int inShortForm, int inLongForm) {
        return chosen() == LONG ? inLongForm : inShortForm;
    }
}
