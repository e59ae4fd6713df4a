// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import com.github.shyiko.mysql.binlog.network.SSLMode;
import com.mysql.cj.jdbc.Driver;
import io.tablecast.source.config.MySqlConnection;
import io.tablecast.source.config.MySqlTls;
import io.tablecast.source.mysql.binlog.BinlogAddress;
import io.tablecast.source.postgres.SessionPool;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * Opens connections to the source. Sessions are set so that the server returns values as they are stored, and times in
 * UTC. Thread-safe.
 */
public final class MySqlConnections {

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String CONNECTION_FAILURE = "08006";
    private static final Duration SILENCE = Duration.ofMinutes(10);

    private final MySqlConnection settings;
    private final Driver driver;

    public MySqlConnections(MySqlConnection settings) {
        this.settings = settings;
        try {
            this.driver = new Driver();
        } catch (SQLException impossible) {
            throw new IllegalStateException("The driver of MySQL cannot be made", impossible);
        }
    }

    /** Opens a connection in autocommit mode; the caller closes it. */
    public Connection open() throws SQLException {
        return open(PATIENCE, SILENCE);
    }

    /** Opens a connection whose set-up and whose every read from the server end after the given time. */
    public Connection open(Duration patience) throws SQLException {
        return open(patience, patience);
    }

    /**
     * The sessions of a reader.
     *
     * @param capacity how many wait for their next use at most
     */
    SessionPool pool(int capacity) {
        return new SessionPool(this::open, MySqlConnections::requireAnswer, capacity);
    }

    /** Where connections lead, for messages. */
    public String target() {
        return settings.host() + ":" + settings.port();
    }

    /** How the binlog of the same server is reached. */
    public BinlogAddress binlog() {
        return new BinlogAddress(
                settings.host(),
                settings.port(),
                settings.user(),
                settings.password().value(),
                SSLMode.valueOf(settings.tls().mode().name()),
                this::encrypted);
    }

    /** The client would take the name of the server's address for its host, and only trust what Java trusts. */
    private SSLSocket encrypted(Socket plain) throws SocketException {
        try {
            SSLSocket socket = (SSLSocket) new MySqlTlsContext(settings.tls())
                    .context()
                    .getSocketFactory()
                    .createSocket(plain, settings.host(), settings.port(), true);
            if (settings.tls().mode() == MySqlTls.Mode.VERIFY_IDENTITY) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
            }
            return socket;
        } catch (IOException | GeneralSecurityException e) {
            SocketException failure = new SocketException("Cannot use TLS: " + e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }

    private static void requireAnswer(Connection connection) throws SQLException {
        if (!connection.isValid((int) PATIENCE.toSeconds())) {
            throw new SQLException("The server has ended the session, or does not answer", CONNECTION_FAILURE);
        }
    }

    private Connection open(Duration connect, Duration read) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", settings.user());
        properties.setProperty("password", settings.password().value());
        new MySqlTlsContext(settings.tls()).describe(properties);
        properties.setProperty("allowPublicKeyRetrieval", "true");
        properties.setProperty("connectTimeout", Long.toString(connect.toMillis()));
        properties.setProperty("socketTimeout", Long.toString(read.toMillis()));
        properties.setProperty("characterEncoding", "UTF-8");
        properties.setProperty("connectionAttributes", "program_name:tablecast/" + settings.connector());
        settings.properties().forEach(properties::setProperty);
        // Ours come last and win: values are decoded as these settings return them.
        properties.setProperty("useServerPrepStmts", "false");
        properties.setProperty("useCursorFetch", "false");
        properties.setProperty("tinyInt1isBit", "false");
        Connection connection =
                driver.connect("jdbc:mysql://" + settings.host() + ":" + settings.port() + "/", properties);
        try (Statement statement = connection.createStatement()) {
            // Whatever the server sets for its sessions must not decide what is read.
            statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            statement.execute("SET SESSION sql_mode = '', time_zone = '+00:00', character_set_results = NULL,"
                    + " sql_select_limit = 18446744073709551615 /*!80000 , max_execution_time = 0 */"
                    + " /*M!100100 , max_statement_time = 0 */");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
