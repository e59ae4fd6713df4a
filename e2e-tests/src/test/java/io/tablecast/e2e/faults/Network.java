// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

import java.util.Locale;
import java.util.Random;

/** The ways from the workers to the databases. */
enum Network {
    TO_SOURCE,
    TO_MARIADB,
    TO_DESTINATION;

    static Network any(Random random) {
        return values()[random.nextInt(values().length)];
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
