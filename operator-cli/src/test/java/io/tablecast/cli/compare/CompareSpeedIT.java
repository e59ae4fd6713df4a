// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.cli.compare.SideQuery.KeyColumn;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * As many equal rows as {@code -Dtablecast.compare.rows} says, with what comparing them took beside what one checksum of all
 * rows takes on both sides at once.
 */
class CompareSpeedIT {
    private static final long ROWS = Long.getLong("tablecast.compare.rows", 5_000);
    private static final int ROUNDS = 3;
    private static final Patience NONE = new Patience(Duration.ZERO, Duration.ofMillis(1), 10_000, 20);
    private static final List<String> COLUMNS = List.of(
            "id", "customer", "state", "amount", "discount", "note", "address", "is_paid", "ordered_on", "changed_at");

    @Test
    void equalRowsAreEqualInEveryRound() throws SQLException {
        PostgresServer server = PostgresServer.shared();
        try (Database source = server.createDatabase();
                Database destination = server.createDatabase()) {
            fill(source);
            fill(destination);
            List<Duration> checksums = new ArrayList<>();
            List<Duration> comparisons = new ArrayList<>();
            for (int i = 0; i < ROUNDS; i++) {
                checksums.add(checksum(source, destination));
                long begun = System.nanoTime();
                Comparison comparison = compare(source, destination);
                comparisons.add(Duration.ofNanos(System.nanoTime() - begun));

                assertThat(comparison.isEqual()).isTrue();
                assertThat(comparison.sourceRows()).isEqualTo(ROWS);
                assertThat(comparison.destinationRows()).isEqualTo(ROWS);
            }
            System.out.println(ROWS + " rows: checksum of both sides " + checksums + ", compare " + comparisons);
        }
    }

    private static void fill(Database database) {
        database.execute(
                "CREATE TABLE orders (id bigint PRIMARY KEY, customer int, state varchar(20), amount numeric(12,2),"
                        + " discount double precision, note text, address text, is_paid boolean, ordered_on date,"
                        + " changed_at timestamptz)",
                "INSERT INTO orders SELECT i, i % 1000, 'state ' || i % 7, i / 100.0, i / 7.0, 'note of order ' || i,"
                        + " 'street ' || i % 5000 || ', city ' || i % 100, i % 2 = 0, '2026-01-01'::date + i % 300,"
                        + " '2026-01-01 00:00:00+00'::timestamptz + i * interval '1.5 s' FROM generate_series(1, "
                        + ROWS + ") AS i",
                "ANALYZE orders");
        // Outside of a transaction.
        database.execute("VACUUM orders");
    }

    private static Duration checksum(Database source, Database destination) {
        String sql = "SELECT count(*) || ' ' || sum(hashtextextended(t::text, 0)) FROM orders AS t";
        long begun = System.nanoTime();
        CompletableFuture<String> ofSource = CompletableFuture.supplyAsync(() -> source.value(sql));
        String ofDestination = destination.value(sql);
        assertThat(ofSource.orTimeout(10, TimeUnit.MINUTES).join()).isEqualTo(ofDestination);
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static Comparison compare(Database source, Database destination) throws SQLException {
        SideQuery query = new SideQuery(
                TextHash.OF_STORED_BYTES,
                "public.orders AS orders",
                List.of("true"),
                List.of(),
                COLUMNS.stream().map("orders."::concat).toList(),
                List.of(new KeyColumn("id", "orders.id", "bigint")));
        try (TableComparison comparison = new TableComparison(
                new BothSides(
                        new PostgresSide(source.connection(), query),
                        new PostgresSide(destination.connection(), query)),
                Allowance.NONE,
                true,
                List.of(),
                NONE)) {
            return comparison.compare();
        }
    }
}
