// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.sink;

import io.tablecast.testing.Database;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Which updates the destination shows. */
final class TableProgress implements Contender.Progress {
    private final Orders orders;
    private final Connection connection;
    private final PreparedStatement question;

    TableProgress(Database database, Orders orders) {
        this.orders = orders;
        try {
            connection = database.connection();
            question = connection.prepareStatement(
                    "SELECT customer_id = 2 + id * 7907 % 40000 FROM shop.orders WHERE id = ?");
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot look into " + database, e);
        }
    }

    @Override
    public boolean has(long number) {
        try {
            question.setLong(1, orders.key(number));
            try (ResultSet answer = question.executeQuery()) {
                return answer.next() && answer.getBoolean(1);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot look at record " + number, e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot close a connection", e);
        }
    }
}
