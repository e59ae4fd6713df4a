// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.testing.Database;

/** Proves that two tables of PostgreSQL hold the same rows, by their number and a sum over all their values. */
final class TableChecksum {

    private TableChecksum() {}

    /** @throws AssertionError if a table, its name as in SQL, does not hold the same rows on both sides */
    static void requireEqual(SourceDatabase source, Database destination, String table) {
        // A sum does not ask for an order; the text of a row tells every value.
        String question = "SELECT count(*) || ' rows, ' || coalesce(sum(hashtextextended(r::text, 0)::numeric), 0)"
                + " FROM (SELECT * FROM " + table + ") AS r";
        String expected = source.value(question);
        String found = destination.value(question);
        if (!expected.equals(found)) {
            throw new AssertionError(table + " in " + destination + " is not as its source: " + found + " instead of "
                    + expected + " as its checksum.");
        }
    }
}
