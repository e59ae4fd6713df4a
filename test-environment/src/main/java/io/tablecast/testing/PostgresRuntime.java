// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;

/** A way of coming to a PostgreSQL server. The port of a server that we run stays the same over its restarts. */
sealed interface PostgresRuntime permits EmbeddedPostgres, DockerPostgres, ExternalPostgres {
    String MAINTENANCE_DATABASE = "postgres";

    /** Of servers that we run. */
    String SUPERUSER = "postgres";

    /** Of servers that we run: a password is demanded, so that tests meet what users meet. */
    String SUPERUSER_PASSWORD = "postgres";

    /** What is used, for the person who reads the output. */
    String description();

    String host();

    int port();

    String user();

    String password();

    /** Starts the server if it was created, stopped or killed, and returns when it answers queries. */
    void start();

    /** Stops it in order, ending its sessions. */
    void stop();

    /** Ends all its processes with SIGKILL. */
    void kill();

    /** Ends it and deletes its data. */
    void discard();

    default String jdbcUrl(String database) {
        return "jdbc:postgresql://" + host() + ":" + port() + "/" + database;
    }

    /**
     * Waits for the server to answer.
     *
     * @param check asked before each attempt; throws when waiting has become pointless
     */
    default void awaitAnswer(Runnable check) {
        Conditions.await(Duration.ofMinutes(1), "no answer of PostgreSQL at " + host() + ":" + port(), () -> {
            check.run();
            return answers();
        });
    }

    private boolean answers() throws SQLException {
        try (Connection connection = connect(MAINTENANCE_DATABASE, user(), password())) {
            return connection.isValid(5);
        } catch (SQLException e) {
            if (isStarting(e)) {
                return false;
            }
            throw e;
        }
    }

    /** Not listening yet (class 08), or not accepting connections yet (57P03). */
    private static boolean isStarting(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return state.startsWith("08") || state.equals("57P03");
    }

    default Connection connect(String database, String user, String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("ApplicationName", "tablecast-testing");
        return DriverManager.getConnection(jdbcUrl(database), properties);
    }
}
