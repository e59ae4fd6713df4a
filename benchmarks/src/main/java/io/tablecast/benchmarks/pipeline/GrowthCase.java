// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Tables to copy.
 *
 * @param rows of all of them together, evenly spread
 */
record GrowthCase(Width width, long rows, int tables) {
    GrowthCase {
        if (tables < 1 || rows < tables) {
            throw new IllegalArgumentException(
                    rows + " rows in " + tables + " tables: there has to be a table, and each needs a row.");
        }
    }

    /** Names as in SQL. */
    List<String> names() {
        return IntStream.rangeClosed(1, tables)
                .mapToObj("shop.t%03d"::formatted)
                .toList();
    }

    String topics(String prefix) {
        return names().stream().map(name -> prefix + "." + name).collect(Collectors.joining(","));
    }

    /** Creates the tables in PostgreSQL and fills them. */
    void fill(SourceDatabase source) {
        source.execute("CREATE SCHEMA shop");
        long first = 1;
        for (int number = 1; number <= tables; number++) {
            String name = names().get(number - 1);
            long last = rows * number / tables;
            source.execute(
                    "CREATE TABLE " + name + " (id bigint PRIMARY KEY, " + width.definitions() + ")",
                    "INSERT INTO " + name + " SELECT i, " + width.row() + " FROM generate_series(" + first
                            + "::bigint, " + last + ") AS i",
                    "VACUUM ANALYZE " + name);
            first = last + 1;
        }
        source.execute("CHECKPOINT");
    }

    /** A question of the destination: how many of the tables are there; a first copy shows all at once, at its end. */
    String copiedTables() {
        return "SELECT count(*) FROM unnest(ARRAY['" + String.join("', '", names())
                + "']) AS name WHERE to_regclass(name) IS NOT NULL";
    }

    @Override
    public String toString() {
        return rows + " " + width.words() + " rows in " + tables + (tables == 1 ? " table" : " tables");
    }
}
