// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.pipeline.Pipeline.Progress;
import io.tablecast.benchmarks.pipeline.Pipeline.Run;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What a table of the destination shows. */
final class TableProgress implements Progress {
    private static final String UNDEFINED_TABLE = "42P01";
    private static final String UNDEFINED_SCHEMA = "3F000";
    private static final int CHANGES = 21;

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
    public void completeIndexes() {
        if (!isTrue("SELECT EXISTS (SELECT FROM pg_index WHERE indrelid = '" + table
                + "'::regclass AND NOT indisprimary)")) {
            run.destination().execute(OrdersTable.indexOn(table));
        }
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
    public List<Duration> latencies() {
        List<Duration> latencies = new ArrayList<>();
        try (Connection source = run.source().connection();
                Statement write = source.createStatement();
                Statement look = connection.createStatement()) {
            look.execute("SET statement_timeout = '60s'");
            for (int number = 1; number <= CHANGES; number++) {
                write.execute(run.orders().change(number));
                long committed = System.nanoTime();
                look.execute(run.orders().untilChanged(table, number));
                latencies.add(Duration.ofNanos(System.nanoTime() - committed));
            }
            return latencies;
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot time single changes of " + run.id(), e);
        }
    }

    @Override
    public void requireEqual() {
        run.source().requireEqual(run.destination(), table);
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
