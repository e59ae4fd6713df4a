// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import io.tablecast.contract.type.SearchPath;
import io.tablecast.source.config.ConnectionSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * Opens connections to the source. Sessions are set so that values and expressions read the same everywhere, and so
 * that row-level security makes an error instead of silently leaving rows out. Thread-safe.
 */
public final class Connections {

    private static final Driver DRIVER = new Driver();
    private static final int CONNECT_SECONDS = 10;

    /**
     * A session does not begin while somebody waits to lock the catalog, which may be for another session of ours: that
     * one must not wait for this one without end.
     */
    private static final Duration LOGIN_PATIENCE = Duration.ofSeconds(60);

    private static final String UNABLE_TO_CONNECT = "08001";
    private static final int MAX_APPLICATION_NAME = 63;

    /** A limit that a role or a database may have would cut copies again and again; a user may set another one. */
    private static final String SESSION_LIMIT = "-c statement_timeout=0";

    private static final String SESSION_OPTIONS = String.join(
            " ",
            "-c DateStyle=ISO",
            "-c IntervalStyle=postgres",
            "-c extra_float_digits=1",
            "-c bytea_output=hex",
            "-c row_security=off",
            "-c idle_in_transaction_session_timeout=0",
            // A server learns as soon that we are gone, and lets go of what the session holds.
            "-c tcp_keepalives_idle=60",
            "-c tcp_keepalives_interval=10",
            "-c tcp_keepalives_count=6");

    /** What readers set for a session; its search path is a new one's again, whatever a reader has failed to put back. */
    private static final String RENEWAL = """
            RESET default_transaction_isolation; RESET default_transaction_read_only; RESET enable_seqscan; RESET jit;
            RESET work_mem; SET lock_timeout = '%s'; RESET search_path; %s""".formatted(Transactions.LOCK_PATIENCE, SearchPath.CATALOG_FIRST);

    /** A session may have ended without a word while it waited. */
    private static final int RENEWAL_PATIENCE_MS = 10_000;

    private final ConnectionSettings settings;
    private final Duration loginPatience;

    public Connections(ConnectionSettings settings) {
        this(settings, LOGIN_PATIENCE);
    }

    /** @param loginPatience how long a session may take to begin */
    Connections(ConnectionSettings settings, Duration loginPatience) {
        this.settings = settings;
        this.loginPatience = loginPatience;
    }

    /** Opens a connection in autocommit mode, without a limit for its statements; the caller closes it. */
    public Connection open() throws SQLException {
        return open(new Properties());
    }

    /**
     * The sessions of a task's readers. None of them waits long for a lock, unless it is told to.
     *
     * @param capacity how many wait for their next use at most
     */
    public SessionPool pool(int capacity) {
        return new SessionPool(this::open, Connections::renew, capacity);
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
        PGProperty.LOGIN_TIMEOUT.set(properties, Long.toString(loginPatience.toSeconds()));
        PGProperty.APPLICATION_NAME.set(properties, applicationName());
        if (!settings.user().isEmpty()) {
            PGProperty.USER.set(properties, settings.user());
        }
        if (!settings.password().value().isEmpty()) {
            PGProperty.PASSWORD.set(properties, settings.password().value());
        }
        settings.properties().forEach(properties::setProperty);
        // Ours come last and win: values are decoded as these settings write them.
        String theirs = properties.getProperty(PGProperty.OPTIONS.getName(), "");
        properties.setProperty(PGProperty.OPTIONS.getName(), String.join(" ", SESSION_LIMIT, theirs, SESSION_OPTIONS));
        timeouts.forEach(properties::put);
        Connection connection = connect(properties);
        if (connection == null) {
            throw new SQLException("Not a URL of the PostgreSQL driver: " + target(), UNABLE_TO_CONNECT);
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

    // One round trip, which also shows whether the session is still there. By name, because RESET ALL would take away
    // what the driver has set, such as application_name.
    private static void renew(Connection connection) throws SQLException {
        connection.setReadOnly(false);
        int patience = connection.getNetworkTimeout();
        connection.setNetworkTimeout(Runnable::run, RENEWAL_PATIENCE_MS);
        try (Statement statement = connection.createStatement()) {
            statement.execute(RENEWAL);
        }
        connection.setNetworkTimeout(Runnable::run, patience);
    }

    /** The driver takes an interrupt for a fault of its own. */
    private Connection connect(Properties properties) throws SQLException {
        try {
            return DRIVER.connect(settings.url(), properties);
        } catch (SQLException e) {
            if (Thread.currentThread().isInterrupted()) {
                throw new SQLException("Interrupted while connecting.", UNABLE_TO_CONNECT, e);
            }
            throw e;
        }
    }

    private String applicationName() {
        String name = "tablecast/" + settings.connector();
        return name.length() <= MAX_APPLICATION_NAME ? name : name.substring(0, MAX_APPLICATION_NAME);
    }
}
