// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

import io.tablecast.e2e.LostServers;
import io.tablecast.e2e.WriterThreads;
import io.tablecast.testing.Database;
import io.tablecast.testing.MySqlDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Writers of a table of every mode: {@code items} and {@code log} by queue, {@code events} (by its times) and
 * {@code ticks} (by its numbers) incremental, {@code rates} by snapshots, {@code accounts} of MariaDB by its binlog. When a server goes, its writers connect again.
 */
final class Workload implements AutoCloseable {
    static final String ITEMS = "shop.items";
    static final String LOG = "shop.log";
    static final String EVENTS = "shop.events";
    static final String TICKS = "shop.ticks";
    static final String RATES = "shop.rates";

    /** Those of the PostgreSQL source. */
    static final List<String> TABLES = List.of(ITEMS, LOG, EVENTS, TICKS, RATES);

    private static final String POSTGRES_TABLES = """
            CREATE SCHEMA shop;
            CREATE TABLE shop.items (
                id bigint PRIMARY KEY,
                code text NOT NULL UNIQUE DEFERRABLE INITIALLY DEFERRED,
                amount numeric(12,2),
                doc jsonb,
                tags text[]
            );
            CREATE TABLE shop.log (id bigserial PRIMARY KEY, note text NOT NULL, at timestamptz DEFAULT clock_timestamp());
            CREATE TABLE shop.events (id bigserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), payload text);
            CREATE TABLE shop.ticks (id bigserial PRIMARY KEY, payload text);
            CREATE TABLE shop.rates (currency text PRIMARY KEY, rate numeric);
            INSERT INTO shop.items SELECT i, 'code ' || i, i / 7.0, jsonb_build_object('i', i)
                FROM generate_series(1, 1000) AS i;
            INSERT INTO shop.log (note) SELECT 'old ' || i FROM generate_series(1, 200) AS i;
            INSERT INTO shop.events (payload) SELECT 'old ' || i FROM generate_series(1, 200) AS i;
            INSERT INTO shop.ticks (payload) SELECT 'old ' || i FROM generate_series(1, 200) AS i;
            INSERT INTO shop.rates SELECT 'C' || i, i FROM generate_series(1, 300) AS i;
            """;

    private static final int KEYS = 2_000;

    // Of PostgreSQL and of MariaDB: a deadlock, a value that is there already, a wait for a lock that was given up.
    private static final Set<String> RETRIED = Set.of("40P01", "40001", "23505", "23000", "HY000");

    private final Database source;
    private final MySqlDatabase mariaDb;
    private final WriterThreads threads;

    private Workload(Database source, MySqlDatabase mariaDb, long seed) {
        this.source = source;
        this.mariaDb = mariaDb;
        this.threads = new WriterThreads(3, seed, this::write);
    }

    /** Makes the tables, with some rows. */
    static void createTables(Database source, MySqlDatabase mariaDb) {
        source.execute(POSTGRES_TABLES);
        mariaDb.execute(
                "CREATE TABLE accounts (id int PRIMARY KEY, owner varchar(40) NOT NULL, balance decimal(12,2))",
                "INSERT INTO accounts SELECT seq, CONCAT('owner ', seq), seq / 3 FROM seq_1_to_500");
    }

    static Workload start(Database source, MySqlDatabase mariaDb, long seed) {
        return new Workload(source, mariaDb, seed);
    }

    /** Lets so many more transactions be committed, and waits until they are, but for a few. */
    void transact(int count) {
        threads.allow(count + 10);
        threads.awaitMore(count);
    }

    /** Lets writers go on for so many transactions, without waiting for them. */
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
            try (Connection postgres = LostServers.connect(Stage.PATIENCE, source::connection);
                    Connection maria = LostServers.connect(Stage.PATIENCE, mariaDb::connection)) {
                postgres.setAutoCommit(false);
                maria.setAutoCommit(false);
                while (own.awaitAllowance()) {
                    boolean isMariaDbs = random.nextInt(4) == 0;
                    transact(isMariaDbs ? maria : postgres, isMariaDbs, random, own);
                }
            } catch (SQLException e) {
                if (!LostServers.isGone(e)) {
                    throw e;
                }
            }
        }
    }

    private static void transact(Connection connection, boolean isMariaDbs, Random random, WriterThreads own)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (int i = random.nextInt(4); i >= 0; i--) {
                statement.execute(isMariaDbs ? ofAccounts(random) : ofPostgres(random));
            }
            connection.commit();
            own.committed();
        } catch (SQLException e) {
            if (LostServers.isGone(e)) {
                throw e;
            }
            connection.rollback();
            if (!RETRIED.contains(e.getSQLState())) {
                throw e;
            }
        }
    }

    private static String ofPostgres(Random random) {
        int key = 1 + random.nextInt(KEYS);
        int other = 1 + random.nextInt(KEYS);
        return switch (random.nextInt(11)) {
            case 0 -> "DELETE FROM shop.items WHERE id = " + key;
            case 1, 2 ->
                "INSERT INTO shop.items (id, code, amount) VALUES (" + key + ", 'new " + key
                        + "', 1) ON CONFLICT (id) DO UPDATE SET amount = excluded.amount";
            case 3 ->
                "UPDATE shop.items SET id = id + " + KEYS + " * (CASE WHEN id > " + KEYS
                        + " THEN -1 ELSE 1 END) WHERE id = " + key;
            case 4 ->
                "UPDATE shop.items AS a SET code = b.code FROM shop.items AS b WHERE (a.id, b.id) IN ((" + key + ", "
                        + other + "), (" + other + ", " + key + "))";
            case 5, 6 -> "INSERT INTO shop.log (note) VALUES ('note " + key + "')";
            case 7 -> "INSERT INTO shop.events (payload) VALUES ('event " + key + "')";
            case 8 -> "INSERT INTO shop.ticks (payload) VALUES ('tick " + key + "')";
            case 9 -> "UPDATE shop.rates SET rate = rate + 0.1 WHERE currency = 'C" + key % 300 + "'";
            default ->
                "UPDATE shop.items SET tags = tags || 'x'::text WHERE id BETWEEN " + key + " AND " + key + " + 10";
        };
    }

    private static String ofAccounts(Random random) {
        int key = 1 + random.nextInt(KEYS);
        return switch (random.nextInt(4)) {
            case 0 -> "DELETE FROM accounts WHERE id = " + key;
            case 1 ->
                "INSERT INTO accounts VALUES (" + key
                        + ", 'new owner', 0) ON DUPLICATE KEY UPDATE balance = balance + 1";
            case 2 -> "UPDATE accounts SET id = id + " + KEYS + " WHERE id = " + key;
            default -> "UPDATE accounts SET balance = balance + 0.5 WHERE id BETWEEN " + key + " AND " + key + " + 10";
        };
    }
}
