// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import io.tablecast.testing.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;

/**
 * Concurrent writers of {@code shop.items}: each commits transactions of inserts, updates, deletes, key changes and
 * swaps of unique values, some rolled back to a savepoint, until it is stopped. Deadlocks among them are theirs, and are
 * tried again; when their server goes they connect again.
 */
final class Writers implements AutoCloseable {

    static final String TABLE = """
            CREATE SCHEMA shop;
            CREATE TABLE shop.items (
                id bigint PRIMARY KEY,
                code text NOT NULL UNIQUE DEFERRABLE INITIALLY DEFERRED,
                amount numeric(12,2),
                doc jsonb,
                tags text[],
                changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
            );
            """;

    private static final String DEADLOCK = "40P01";
    private static final String UNIQUE_VIOLATION = "23505";
    private static final int KEYS = 5_000;

    private final Database source;
    private final WriterThreads threads;

    private Writers(Database source, int count, long seed) {
        this.source = source;
        this.threads = new WriterThreads(count, seed, this::write);
    }

    /** Fills the table. */
    static void fill(Database source, int rows) {
        source.execute("INSERT INTO shop.items SELECT i, format('code %s', i), i / 7.0, jsonb_build_object('i', i),"
                + " ARRAY[i::text, NULL] FROM generate_series(1, " + rows + ") AS i");
    }

    static Writers start(Database source, int count, long seed) {
        return new Writers(source, count, seed);
    }

    WriterThreads threads() {
        return threads;
    }

    /** Transactions committed so far; fails if a writer has failed. */
    long transactions() {
        return threads.transactions();
    }

    /** Waits until so many more transactions are committed. */
    void awaitMore(int count) {
        threads.awaitMore(count);
    }

    /** Lets the writers stand still after so many more transactions. */
    void allow(int count) {
        threads.allow(count);
    }

    /** Lets each writer finish its transaction, and fails if one of them has failed. */
    void stop() {
        threads.stop();
    }

    @Override
    public void close() {
        threads.close();
    }

    private void write(Random random, WriterThreads own) throws SQLException {
        while (!own.isStopped()) {
            try (Connection connection = LostServers.connect(Replication.PATIENCE, source::connection);
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                while (own.awaitAllowance()) {
                    transact(connection, statement, random, own);
                }
            } catch (SQLException e) {
                if (!LostServers.isGone(e)) {
                    throw e;
                }
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
            if (!DEADLOCK.equals(e.getSQLState()) && !UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw e;
            }
        }
    }

    private static void change(Statement statement, Random random) throws SQLException {
        int key = 1 + random.nextInt(KEYS);
        int other = 1 + random.nextInt(KEYS);
        switch (random.nextInt(9)) {
            case 0 -> statement.execute("DELETE FROM shop.items WHERE id = " + key);
            case 1, 2 ->
                statement.execute("INSERT INTO shop.items (id, code, amount) VALUES (" + key + ", 'new " + key
                        + "', 1) ON CONFLICT (id) DO UPDATE SET amount = excluded.amount");
            case 3 ->
                statement.execute("UPDATE shop.items SET id = id + " + KEYS + " * (CASE WHEN id > " + KEYS
                        + " THEN -1 ELSE 1 END) WHERE id IN (" + key + ", " + (other + KEYS) + ")");
            case 4 ->
                statement.execute("UPDATE shop.items AS a SET code = b.code FROM shop.items AS b"
                        + " WHERE (a.id, b.id) IN ((" + key + ", " + other + "), (" + other + ", " + key + "))");
            case 5 -> {
                statement.execute("SAVEPOINT s");
                statement.execute("DELETE FROM shop.items WHERE id BETWEEN " + key + " AND " + key + " + 50");
                statement.execute("ROLLBACK TO SAVEPOINT s");
            }
            case 6 ->
                statement.execute("UPDATE shop.items SET tags = tags || 'x'::text, changed_at = clock_timestamp()"
                        + " WHERE id BETWEEN " + key + " AND " + key + " + 20");
            default ->
                statement.execute("UPDATE shop.items SET amount = amount + 0.01, doc = doc || '{\"seen\": " + key
                        + "}' WHERE id = " + key);
        }
    }
}
