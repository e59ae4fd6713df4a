// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.source.PostgresSourceConnector;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.queue.QueueAdministration;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.errors.ConnectException;

/** A session at the source of one configuration, and what is said of it without its secrets. */
final class SourceSession {
    private final SourceOptions.Configuration configuration;
    private final Duration patience;
    private final PrintWriter out;
    private final PrintWriter err;
    private final Secrets secrets;

    SourceSession(SourceOptions.Configuration configuration, Duration patience, PrintWriter out, PrintWriter err) {
        this.configuration = configuration;
        this.patience = patience;
        this.out = out;
        this.err = err;
        this.secrets = Secrets.of(configuration.settings(), new PostgresSourceConnector().config());
    }

    /** Does some work there, and returns the exit code. */
    int run(Work work) throws InterruptedException {
        if (!configuration.problems().isEmpty()) {
            configuration
                    .problems()
                    .forEach(problem -> err.println(
                            configuration.file() + ": " + problem.field() + ": " + secrets.hideIn(problem.message())));
            return CheckCommand.PROBLEMS;
        }
        Connections connections;
        QueueAdministration queues;
        try {
            SourceSettings settings = SourceSettings.parse(configuration.settings());
            connections = new Connections(settings.connection());
            queues = new QueueAdministration(settings, patience);
        } catch (ConfigException e) {
            err.println(configuration.file() + ": " + secrets.hideIn(e.getMessage()));
            return CheckCommand.PROBLEMS;
        }
        try (Connection connection = connections.open()) {
            connection.setAutoCommit(false);
            return work.run(connection, queues) ? CheckCommand.FINE : CheckCommand.PROBLEMS;
        } catch (SQLException | ConnectException e) {
            err.println("At " + connections.target() + ": " + secrets.hideIn(String.valueOf(e.getMessage())));
            return CheckCommand.PROBLEMS;
        }
    }

    /** Does something with one table; a failure is told, and says nothing about other tables. */
    boolean attempt(Connection connection, OfTable work) throws SQLException, InterruptedException {
        try {
            work.run();
            return true;
        } catch (ConnectException e) {
            err.println(secrets.hideIn(e.getMessage()));
        } catch (SQLException e) {
            err.println(secrets.hideIn(e.getMessage()));
            if (connection.isClosed()) {
                throw e;
            }
        }
        connection.rollback();
        return false;
    }

    void say(String line) {
        out.println(line);
    }

    void complain(Supplier<String> line) {
        err.println(line.get());
    }

    /** Work in a session. */
    interface Work {
        /** @return whether everything went well */
        boolean run(Connection connection, QueueAdministration queues) throws SQLException, InterruptedException;
    }

    /** Work with one table. */
    interface OfTable {
        void run() throws SQLException, InterruptedException;
    }
}
