// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import io.tablecast.testing.Database;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * Concurrent writers of tables that are followed by a control column of each kind. They stamp rows with the time at which
 * their transaction began, or with a number from a sequence, and commit a while later, in any order.
 */
final class StampedWriters implements AutoCloseable {

    static final String TABLES = """
            CREATE SCHEMA shop;
            CREATE SEQUENCE shop.version;
            CREATE TABLE shop.events (
                id bigserial PRIMARY KEY,
                at timestamptz NOT NULL DEFAULT now(),
                payload text
            );
            CREATE TABLE shop.orders (
                region text,
                number int,
                note text,
                updated_at timestamp NOT NULL DEFAULT (now() AT TIME ZONE 'Europe/Rome'),
                PRIMARY KEY (region, number)
            );
            CREATE TABLE shop.stock (
                sku text PRIMARY KEY,
                amount int,
                version bigint NOT NULL DEFAULT nextval('shop.version')
            );
            CREATE TABLE shop.log (n bigint NOT NULL DEFAULT nextval('shop.version'), line text);
            INSERT INTO shop.events (payload) SELECT 'old' FROM generate_series(1, 500);
            INSERT INTO shop.orders SELECT 'r' || g % 3, g, 'old' FROM generate_series(1, 500) g;
            INSERT INTO shop.stock SELECT 's' || g, 0 FROM generate_series(1, 500) g;
            INSERT INTO shop.log (line) SELECT 'old' FROM generate_series(1, 500);
            """;

    private final Database source;
    private final WriterThreads threads;

    private StampedWriters(Database source, int count, long seed) {
        this.source = source;
        this.threads = new WriterThreads(count, seed, this::write);
    }

    static StampedWriters start(Database source, int count, long seed) {
        return new StampedWriters(source, count, seed);
    }

    /** Lets the writers stand still after so many more transactions. */
    void allow(int count) {
        threads.allow(count);
    }

    /** Waits until so many more transactions are committed. */
    void awaitMore(int count) {
        threads.awaitMore(count);
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
        try (Connection connection = source.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (own.awaitAllowance()) {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    change(statement, random);
                }
                if (random.nextInt(3) == 0) {
                    LockSupport.parkNanos(Duration.ofMillis(random.nextInt(30)).toNanos());
                }
                if (random.nextInt(10) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                    own.committed();
                }
            }
        }
    }

    /** One row that exists is changed at most, so that writers do not wait for each other in a circle. */
    private static void change(Statement statement, Random random) throws SQLException {
        int number = 1 + random.nextInt(400);
        switch (random.nextInt(4)) {
            case 0 -> statement.execute("INSERT INTO shop.events (payload) VALUES ('event " + number + "')");
            case 1 -> statement.execute("INSERT INTO shop.log (line) VALUES ('line " + number + "')");
            case 2 ->
                statement.execute("UPDATE shop.orders SET note = 'changed " + number
                        + "', updated_at = now() AT TIME ZONE 'Europe/Rome' WHERE ctid = (SELECT ctid FROM shop.orders"
                        + " WHERE number = " + number + " FOR UPDATE SKIP LOCKED)");
            default ->
                statement.execute("UPDATE shop.stock SET amount = amount + 1, version = nextval('shop.version')"
                        + " WHERE ctid = (SELECT ctid FROM shop.stock WHERE sku = 's" + number
                        + "' FOR UPDATE SKIP LOCKED)");
        }
    }
}
