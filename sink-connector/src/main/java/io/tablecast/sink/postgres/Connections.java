// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.postgres;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.type.SearchPath;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * Opens connections to the destination. Sessions are set so that texts of values mean the same everywhere. Thread-safe.
 */
public final class Connections {

    private static final Driver DRIVER = new Driver();
    private static final int CONNECT_SECONDS = 10;
    private static final int MAX_APPLICATION_NAME = 63;

    /** What a user may set otherwise. A limit that a role or a database has would cut writes again and again. */
    private static final String SESSION_DEFAULTS = String.join(
            " ",
            "-c statement_timeout=0",
            // Staging tables are temporary; their pages should stay in memory. Allocated as they are used.
            "-c temp_buffers=64MB");

    private static final String SESSION_OPTIONS = String.join(
            " ",
            "-c DateStyle=ISO",
            "-c IntervalStyle=postgres",
            "-c default_transaction_isolation=read\\ committed",
            "-c idle_in_transaction_session_timeout=0",
            // A server learns as soon that we are gone, and lets go of what the session holds.
            "-c tcp_keepalives_idle=60",
            "-c tcp_keepalives_interval=10",
            "-c tcp_keepalives_count=6");

    private final ConnectionSettings settings;

    public Connections(ConnectionSettings settings) {
        this.settings = requireNonNull(settings, "settings is null");
    }

    /** Opens a connection in autocommit mode, without a limit for its statements; the caller closes it. */
    public Connection open() throws SQLException {
        return open(new Properties());
    }

    /** Opens a connection whose set-up and whose every read from the server end after the given time. */
    public Connection open(Duration patience) throws SQLException {
        String seconds = Long.toString(Math.max(1, patience.toSeconds()));
        Properties timeouts = new Properties();
        PGProperty.CONNECT_TIMEOUT.set(timeouts, seconds);
        PGProperty.LOGIN_TIMEOUT.set(timeouts, seconds);
        PGProperty.SOCKET_TIMEOUT.set(timeouts, seconds);
        return open(timeouts);
    }

    /** Where connections lead, for messages: the URL without its parameters. */
    public String target() {
        String url = settings.url();
        int parameters = url.indexOf('?');
        return parameters < 0 ? url : url.substring(0, parameters);
    }

    private Connection open(Properties timeouts) throws SQLException {
        Properties properties = new Properties();
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        PGProperty.SOCKET_FACTORY.set(properties, WatchedSockets.class.getName());
        PGProperty.CONNECT_TIMEOUT.set(properties, CONNECT_SECONDS);
        PGProperty.APPLICATION_NAME.set(properties, applicationName());
        if (!settings.user().isEmpty()) {
            PGProperty.USER.set(properties, settings.user());
        }
        if (!settings.password().value().isEmpty()) {
            PGProperty.PASSWORD.set(properties, settings.password().value());
        }
        settings.properties().forEach(properties::setProperty);
        String theirs = properties.getProperty(PGProperty.OPTIONS.getName(), "");
        properties.setProperty(
                PGProperty.OPTIONS.getName(), String.join(" ", SESSION_DEFAULTS, theirs, SESSION_OPTIONS));
        timeouts.forEach(properties::put);
        Connection connection = DRIVER.connect(settings.url(), properties);
        if (connection == null) {
            throw new SQLException("Not a URL of the PostgreSQL driver: " + target(), "08001");
        }
        prepare(connection);
        return connection;
    }

    /** What options cannot say: the driver asks for the worker's own zone when it connects, and that wins over them. */
    private static void prepare(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'UTC'; " + SearchPath.CATALOG_FIRST);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private String applicationName() {
        String name = "tablecast/" + settings.connector();
        return name.length() <= MAX_APPLICATION_NAME ? name : name.substring(0, MAX_APPLICATION_NAME);
    }
}
