// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.testing.MySqlDatabase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/** Inserts, updates, deletes and key changes in a table {@code stock}, at random and as fast as they go. */
final class StockWrites {

    static final String[] TABLE = {
        "CREATE TABLE stock (place varchar(20), number int, amount int, PRIMARY KEY (place, number))",
        "INSERT INTO stock WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 900)"
                + " SELECT IF(i % 2, 'Äst', 'b'), i, 0 FROM n"
    };

    private StockWrites() {}

    static void until(MySqlDatabase database, AtomicBoolean isOver) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        while (!isOver.get()) {
            List<String> statements = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                int number = random.nextInt(1_000);
                statements.add(
                        switch (random.nextInt(4)) {
                            case 0 -> "INSERT IGNORE INTO stock VALUES ('b', " + (1_000 + random.nextInt(500)) + ", 1)";
                            case 1 -> "UPDATE stock SET amount = amount + 1 WHERE number = " + number;
                            case 2 -> "DELETE FROM stock WHERE number = " + number;
                            default ->
                                "UPDATE IGNORE stock SET number = number + 2000, place = 'moved' WHERE number = "
                                        + number;
                        });
            }
            // Each statement by itself, so that two writers do not wait for each other.
            database.execute(statements.stream().collect(Collectors.joining("; ")));
        }
    }
}
