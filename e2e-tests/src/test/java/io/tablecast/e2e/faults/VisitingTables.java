// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

import io.tablecast.testing.ContentComparison;
import io.tablecast.testing.Database;
import io.tablecast.testing.TableContents;
import java.util.Random;

/** A few tables of the queue connector that come, change and go. */
final class VisitingTables {
    private static final int COUNT = 4;

    private final Database source;
    private final Database destination;

    VisitingTables(Database source, Database destination) {
        this.source = source;
        this.destination = destination;
    }

    /** One of them comes when it is not there; else it gets another column or other rows, or goes. */
    void change(Random random) {
        int number = 1 + random.nextInt(COUNT);
        String table = name(number);
        if (!isThere(number)) {
            source.execute("CREATE TABLE " + table + " (id int PRIMARY KEY, v text)", insert(table, 100));
            return;
        }
        switch (random.nextInt(4)) {
            case 0 -> source.execute("DROP TABLE " + table);
            case 1 -> source.execute("TRUNCATE " + table, insert(table, 50));
            default ->
                source.execute(
                        "ALTER TABLE " + table + " ADD COLUMN IF NOT EXISTS w text DEFAULT 'w'",
                        "UPDATE " + table + " SET v = v || 'x' WHERE id % 3 = 0");
        }
    }

    /** What is gone at the source stays at the destination, and so do columns. */
    void awaitEqual() {
        for (int number = 1; number <= COUNT; number++) {
            if (isThere(number)) {
                String query = "SELECT id, v FROM " + name(number);
                ContentComparison.awaitEqual(
                        Stage.PATIENCE, new TableContents(source, query), new TableContents(destination, query));
            }
        }
    }

    private boolean isThere(int number) {
        return source.value("SELECT to_regclass('" + name(number) + "')") != null;
    }

    private static String name(int number) {
        return "shop.visiting_" + number;
    }

    private static String insert(String table, int rows) {
        return "INSERT INTO " + table + " (id, v) SELECT i, 'v' || i FROM generate_series(1, " + rows + ") AS i";
    }
}
