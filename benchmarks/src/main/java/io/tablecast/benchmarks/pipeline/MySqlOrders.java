// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.testing.Database;
import io.tablecast.testing.MySqlDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** {@link OrdersTable} in MySQL: the same rows in the types that come nearest. */
final class MySqlOrders {
    private static final String TABLE = """
            CREATE TABLE shop.orders (
              id bigint NOT NULL PRIMARY KEY,
              customer_id int NOT NULL,
              status varchar(20) NOT NULL,
              amount decimal(12,2) NOT NULL,
              note varchar(200),
              gift tinyint NOT NULL,
              attributes json,
              weight double,
              created_at datetime(6) NOT NULL,
              updated_at timestamp(6) NOT NULL,
              KEY (customer_id)
            )""";

    private static final long MILLION = 1_000_000;

    /** A million numbers, and of them those that are wanted; both kinds of server make a thousand without being asked. */
    private static final String ROWS = """
            INSERT INTO shop.orders
            WITH RECURSIVE thousand (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM thousand WHERE n < 999)
            SELECT i,
                   1 + i * 7907 %% 40000,
                   ELT(1 + i %% 5, 'new', 'paid', 'packed', 'shipped', 'returned'),
                   i * 41 %% 1000000 / 100,
                   IF(i %% 10 <> 0, CONCAT('Parcel ', i, ', leave it with the neighbours if nobody is in'), NULL),
                   i %% 3 = 0,
                   JSON_OBJECT('channel', ELT(1 + i %% 3, 'web', 'shop', 'phone'), 'priority', i %% 4),
                   IF(i %% 7 <> 0, i %% 1000 / 8, NULL),
                   TIMESTAMP('2026-01-01 00:00:00.000001') + INTERVAL i SECOND,
                   TIMESTAMP('2026-02-01 00:00:00') + INTERVAL i SECOND
            FROM (SELECT %1$d + 1000 * thousands.n + ones.n AS i
                  FROM thousand AS thousands JOIN thousand AS ones
                  WHERE thousands.n <= (%2$d - %1$d) DIV 1000) AS numbers
            WHERE i <= %2$d
            ORDER BY i""";

    private static final String SOURCE = """
            SELECT CONCAT_WS('|', id, customer_id, status, amount, COALESCE(note, 'NULL'), gift, attributes,
                             COALESCE(weight, 'NULL'), DATE_FORMAT(created_at, '%Y-%m-%d %H:%i:%s.%f'),
                             DATE_FORMAT(updated_at, '%Y-%m-%d %H:%i:%s.%f'))
            FROM shop.orders
            ORDER BY id""";

    private static final String COPY = """
            SELECT concat_ws('|', id, customer_id, status, amount::numeric(12,2), coalesce(note, 'NULL'), gift::integer,
                             attributes::jsonb, coalesce(weight::text, 'NULL'),
                             to_char(created_at::timestamp, 'YYYY-MM-DD HH24:MI:SS.US'),
                             to_char(updated_at::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'))
            FROM %s
            ORDER BY id""";

    private static final int FETCH_ROWS = 5_000;

    private MySqlOrders() {}

    /** Creates the table and fills it; nobody reads that from the binlog, so it is not written there. */
    static void fill(MySqlDatabase database, long rows) {
        database.execute(TABLE);
        for (long first = 1; first <= rows; first += MILLION) {
            database.execute("SET SESSION sql_log_bin = 0", ROWS.formatted(first, Math.min(rows, first + MILLION - 1)));
        }
        database.execute("ANALYZE TABLE shop.orders");
    }

    /** @throws AssertionError naming the first difference, if there is one */
    static void requireEqual(MySqlDatabase source, Database destination, String table) {
        try (Connection left = source.connection();
                Connection right = destination.connection();
                Statement fromSource = left.createStatement();
                Statement fromCopy = right.createStatement()) {
            right.setAutoCommit(false);
            // Row by row instead of all at once:
            // https://dev.mysql.com/doc/connector-j/en/connector-j-reference-implementation-notes.html
            fromSource.setFetchSize(Integer.MIN_VALUE);
            fromCopy.setFetchSize(FETCH_ROWS);
            try (ResultSet rows = fromSource.executeQuery(SOURCE);
                    ResultSet copies = fromCopy.executeQuery(COPY.formatted(table))) {
                requireEqual(rows, copies, table);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot compare " + table + " with its source", e);
        }
    }

    private static void requireEqual(ResultSet rows, ResultSet copies, String table) throws SQLException {
        String row;
        do {
            row = next(rows);
            String copy = next(copies);
            if (!row.equals(copy)) {
                throw new AssertionError(
                        table + " differs from its source:\n  source:      " + row + "\n  destination: " + copy);
            }
        } while (!row.isEmpty());
    }

    /** The next row, or nothing behind the last one. */
    private static String next(ResultSet rows) throws SQLException {
        return rows.next() ? rows.getString(1) : "";
    }
}
