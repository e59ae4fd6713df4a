// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.source;

import io.tablecast.testing.MySqlDatabase;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * A part of a binlog that inserts the rows of an ordinary table, a thousand in a transaction, and then updates a fifth of
 * them.
 *
 * @param rows of the table
 * @param file where it begins
 * @param position where it begins in the file
 * @param gtids the transactions before it, where places are told by them
 */
record WrittenBinlog(MySqlDatabase source, long rows, String file, long position, String gtids) {
    private static final long ROWS_OF_TRANSACTION = 1_000;
    private static final long UPDATED_PART = 5;
    private static final String TABLE = """
            CREATE TABLE orders (
              id bigint unsigned NOT NULL PRIMARY KEY,
              customer_id int NOT NULL,
              status enum('new', 'paid', 'shipped') NOT NULL,
              amount decimal(12,2) NOT NULL,
              note varchar(200),
              gift tinyint NOT NULL,
              attributes json,
              weight double,
              created_at datetime(6) NOT NULL,
              updated_at timestamp(6) NOT NULL DEFAULT CURRENT_TIMESTAMP(6)
            )
            """;

    static WrittenBinlog write(MySqlDatabase source, long rows) {
        if (rows < ROWS_OF_TRANSACTION || rows % ROWS_OF_TRANSACTION != 0) {
            throw new IllegalArgumentException(
                    "benchmark.binlog.rows is " + rows + ", it must be a multiple of " + ROWS_OF_TRANSACTION + ".");
        }
        source.execute(TABLE);
        boolean isMariaDb = source.server().release().isMariaDb();
        List<String> status = source.rows(isMariaDb ? "SHOW MASTER STATUS" : "SHOW BINARY LOG STATUS")
                .get(0);
        String gtids = isMariaDb ? "" : source.value("SELECT @@global.gtid_executed");
        for (long first = 1; first <= rows; first += ROWS_OF_TRANSACTION) {
            source.execute("INSERT INTO orders VALUES "
                    + LongStream.range(first, first + ROWS_OF_TRANSACTION)
                            .mapToObj(WrittenBinlog::row)
                            .collect(Collectors.joining(", ")));
        }
        for (long first = 1; first <= rows / UPDATED_PART; first += ROWS_OF_TRANSACTION) {
            source.execute("UPDATE orders SET status = 'shipped', amount = amount + 1 WHERE id BETWEEN " + first
                    + " AND " + Math.min(first + ROWS_OF_TRANSACTION - 1, rows / UPDATED_PART));
        }
        return new WrittenBinlog(source, rows, status.get(0), Long.parseLong(status.get(1)), gtids);
    }

    /** How many rows are inserted and updated. */
    long changes() {
        return rows + rows / UPDATED_PART;
    }

    /** What begins a table there without a copy. */
    Map<String, Object> offset() {
        return gtids.isEmpty() ? Map.of("file", file, "pos", position) : Map.of("gtids", gtids);
    }

    private static String row(long id) {
        return "(" + id + ", " + id * 7919 % 50_000 + ", 'paid', " + id % 1_000_000 / 100.0 + ", 'Parcel " + id
                + ", leave it with the neighbours', " + id % 2 + ", '{\"channel\": \"web\", \"priority\": " + id % 5
                + "}', " + id % 1000 / 8.0 + ", '2026-01-01 00:00:00' + INTERVAL " + id + " SECOND, NOW(6))";
    }
}
