// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.testing.Database;
import java.sql.Connection;
import java.sql.SQLException;

/** A database of a run; it is dropped when closed. */
interface SourceDatabase extends AutoCloseable {
    String host();

    int port();

    String name();

    String jdbcUrl();

    String user();

    String password();

    /** A new connection with all rights; the caller closes it. */
    Connection connection() throws SQLException;

    /** Creates the table and fills it. */
    void fill(OrdersTable orders);

    /** Executes statements, each in its own transaction. */
    void execute(String... sql);

    /** The only value of a query as text. */
    String value(String query);

    /** @throws AssertionError if a destination table does not hold exactly the rows of {@link OrdersTable#NAME} here */
    void requireEqual(Database destination, String table);

    @Override
    void close();
}
