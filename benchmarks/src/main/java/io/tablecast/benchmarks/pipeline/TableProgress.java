// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.pipeline.Pipeline.Progress;
import io.tablecast.benchmarks.pipeline.Pipeline.Run;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/** What a table of the destination shows. */
final class TableProgress implements Progress {
    private static final String UNDEFINED_TABLE = "42P01";
    private static final String UNDEFINED_SCHEMA = "3F000";

    private final Run run;
    private final String table;
    private final Connection connection;

    /** @param table its name as in SQL */
    TableProgress(Run run, String table) {
        this.run = run;
        this.table = table;
        try {
            this.connection = run.destination().connection();
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot look into " + run.destination(), e);
        }
    }

    @Override
    public boolean isCopied() {
        return isTrue(run.orders().isCopied(table));
    }

    @Override
    public void update() {
        run.orders().update(run.source());
    }

    @Override
    public boolean isUpdated() {
        return isTrue(run.orders().isUpdated(table));
    }

    @Override
    public void requireEqual() {
        run.orders().requireEqual(run.source(), run.destination(), table);
    }

    private boolean isTrue(String question) {
        try (PreparedStatement statement = connection.prepareStatement(question);
                ResultSet answer = statement.executeQuery()) {
            answer.next();
            return answer.getBoolean(1);
        } catch (SQLException e) {
            if (List.of(UNDEFINED_TABLE, UNDEFINED_SCHEMA).contains(e.getSQLState())) {
                return false;
            }
            throw new IllegalStateException("Cannot ask: " + question, e);
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
