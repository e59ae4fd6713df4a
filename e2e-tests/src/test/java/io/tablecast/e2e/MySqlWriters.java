// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import io.tablecast.testing.MySqlDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;

/**
 * Concurrent writers of {@code items} of a MySQL or MariaDB: transactions of inserts, updates, deletes and key changes,
 * some rolled back to a savepoint. Deadlocks among them are theirs, and are tried again.
 */
final class MySqlWriters {

    static final String TABLE = """
            CREATE TABLE items (
                id bigint PRIMARY KEY,
                code varchar(60) NOT NULL,
                amount decimal(12,2),
                note text,
                changed_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
            )""";

    private static final int KEYS = 5_000;
    private static final int DEADLOCK = 1213;
    private static final int DUPLICATE = 1062;

    private final MySqlDatabase source;

    private MySqlWriters(MySqlDatabase source) {
        this.source = source;
    }

    /** Fills the table. */
    static void fill(MySqlDatabase source, int rows) {
        source.execute(
                "SET SESSION " + recursion(source) + " = 100000",
                "INSERT INTO items (id, code, amount, note) WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1"
                        + " FROM n WHERE i < " + rows + ") SELECT i, CONCAT('code ', i), i / 7.0, REPEAT('é', i % 50)"
                        + " FROM n");
    }

    static WriterThreads start(MySqlDatabase source, int count, long seed) {
        return new WriterThreads(count, seed, new MySqlWriters(source)::write);
    }

    private static String recursion(MySqlDatabase source) {
        return source.server().release().isMariaDb() ? "max_recursive_iterations" : "cte_max_recursion_depth";
    }

    private void write(Random random, WriterThreads own) throws SQLException {
        try (Connection connection = source.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (own.awaitAllowance()) {
                transact(connection, statement, random, own);
            }
        }
    }

    private static void transact(Connection connection, Statement statement, Random random, WriterThreads own)
            throws SQLException {
        try {
            for (int i = random.nextInt(4); i >= 0; i--) {
                change(statement, random);
            }
            connection.commit();
            own.committed();
        } catch (SQLException e) {
            connection.rollback();
            if (e.getErrorCode() != DEADLOCK && e.getErrorCode() != DUPLICATE) {
                throw e;
            }
        }
    }

    private static void change(Statement statement, Random random) throws SQLException {
        int key = 1 + random.nextInt(KEYS);
        switch (random.nextInt(8)) {
            case 0 -> statement.execute("DELETE FROM items WHERE id = " + key);
            case 1, 2 ->
                statement.execute("INSERT INTO items (id, code, amount) VALUES (" + key + ", 'new " + key
                        + "', 1) ON DUPLICATE KEY UPDATE amount = 1");
            case 3 -> statement.execute("UPDATE items SET id = id + " + KEYS + " WHERE id = " + key);
            case 4 -> statement.execute("UPDATE items SET id = id - " + KEYS + " WHERE id = " + (key + KEYS));
            case 5 -> {
                statement.execute("SAVEPOINT s");
                statement.execute("DELETE FROM items WHERE id BETWEEN " + key + " AND " + (key + 50));
                statement.execute("ROLLBACK TO SAVEPOINT s");
            }
            case 6 ->
                statement.execute("UPDATE items SET note = CONCAT('x', LEFT(note, 40)), changed_at = NOW(6)"
                        + " WHERE id BETWEEN " + key + " AND " + (key + 20));
            default -> statement.execute("UPDATE items SET amount = amount + 0.01 WHERE id = " + key);
        }
    }
}
