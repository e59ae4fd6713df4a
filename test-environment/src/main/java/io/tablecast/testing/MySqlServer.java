// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import io.tablecast.testing.ChildProcess.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A real MySQL or MariaDB server, run as a child process on 127.0.0.1 with its data in this run's folder.
 *
 * <p>Servers that are not closed end with the JVM. Instances may be used from several threads.
 */
public final class MySqlServer implements AutoCloseable {
    private static final String LOCALHOST = "127.0.0.1";
    /** Of every server: a password is demanded, so that tests meet what users meet. */
    private static final String ADMINISTRATOR = "root";

    private static final String ADMINISTRATOR_PASSWORD = "mysql";
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(1);
    private static final Map<MySqlRelease, MySqlServer> SHARED = new ConcurrentHashMap<>();

    private final MySqlOptions options;
    private final MySqlPrograms programs;
    private final Path folder;
    private final Path data;
    private final int port = FreePorts.next();
    private ChildProcess process;

    private MySqlServer(MySqlOptions options) {
        this.options = options;
        this.programs = MySqlPrograms.of(options.release());
        this.folder = Folders.create(options.release().isMariaDb() ? "mariadb" : "mysql");
        this.data = folder.resolve("data");
    }

    /** This JVM's server of the preferred release, for tests that need nothing but databases of their own. */
    public static MySqlServer shared() {
        return shared(MySqlRelease.preferred());
    }

    /** This JVM's server of a release. It is never closed by hand. */
    public static MySqlServer shared(MySqlRelease release) {
        return SHARED.computeIfAbsent(release, chosen -> start(MySqlOptions.of(chosen)));
    }

    /** Starts a server of its own: it may be given settings, stopped and killed. */
    public static MySqlServer start(MySqlOptions options) {
        MySqlServer server = new MySqlServer(options);
        return OpenServices.started(server, () -> {
            server.programs.createData(server.data);
            server.writeUsers();
            server.startAgain();
        });
    }

    public MySqlRelease release() {
        return options.release();
    }

    public String host() {
        return LOCALHOST;
    }

    public int port() {
        return port;
    }

    /** The number of its process. */
    public long pid() {
        return process.pid();
    }

    /** A user with all privileges. */
    public String user() {
        return ADMINISTRATOR;
    }

    public String password() {
        return ADMINISTRATOR_PASSWORD;
    }

    /** The URL of the server, with no database chosen. */
    public String jdbcUrl() {
        return jdbcUrl("");
    }

    public String jdbcUrl(String database) {
        return "jdbc:mysql://" + LOCALHOST + ":" + port + "/" + database;
    }

    /** A new empty database with a name that nobody else uses. */
    public MySqlDatabase createDatabase() {
        return createDatabase(
                "tablecast_test_" + Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), 36));
    }

    /** A new empty database of the given name, which must not exist yet. */
    public MySqlDatabase createDatabase(String name) {
        database("").execute("CREATE DATABASE " + MySqlDatabase.quote(name));
        return new MySqlDatabase(this, name);
    }

    /** A database that is there already; the empty name stands for none, to administer the server. */
    public MySqlDatabase database(String name) {
        return new MySqlDatabase(this, name);
    }

    /** Ends the server with SIGKILL, as a power cut of the database would. */
    public void kill() {
        process.kill();
    }

    /** Ends the server in order: sessions are ended, everything is written. */
    public void stop() {
        process.end(Signal.TERM, STOP_TIMEOUT);
    }

    /** Starts the killed or stopped server on its data and port again and waits until it answers. */
    public void startAgain() {
        List<String> command = new ArrayList<>(programs.server());
        command.addAll(List.of(
                "--datadir=" + data,
                "--port=" + port,
                "--bind-address=" + LOCALHOST,
                // Relative to the data directory, because a socket's path must be short.
                "--socket=mysql.sock",
                "--pid-file=mysql.pid",
                "--init-file=" + users()));
        options.serverSettings()
                .forEach((name, value) -> command.add("--" + name + (value.isEmpty() ? "" : "=" + value)));
        process = ChildProcess.start(
                options.release().title(),
                CommandPrefix.ownUser(Signal.KILL, command),
                Map.of(),
                folder.resolve("server.log"));
        Conditions.await(START_TIMEOUT, "no answer of " + options.release().title() + " at " + jdbcUrl(), () -> {
            process.requireAlive();
            return answers();
        });
    }

    /** {@link #stop()} and {@link #startAgain()}. */
    public void restart() {
        stop();
        startAgain();
    }

    /** Ends the server and deletes its data. */
    @Override
    public void close() {
        OpenServices.remove(this);
        if (process != null) {
            process.end(Signal.KILL, STOP_TIMEOUT);
        }
        Folders.delete(folder);
    }

    @Override
    public String toString() {
        return options.release().title() + " at " + LOCALHOST + ":" + port + " (files in " + folder + ")";
    }

    Connection connect(String database, String user, String password) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        // Text of every character set arrives, and several statements may stand in one.
        properties.setProperty("allowMultiQueries", "true");
        properties.setProperty("connectTimeout", "10000");
        return DriverManager.getConnection(jdbcUrl(database), properties);
    }

    private boolean answers() throws SQLException {
        try (Connection connection = connect("", user(), password())) {
            return connection.isValid(5);
        } catch (SQLException e) {
            if (isStarting(e)) {
                return false;
            }
            throw e;
        }
    }

    private static boolean isStarting(SQLException e) {
        return String.valueOf(e.getSQLState()).startsWith("08");
    }

    private Path users() {
        return folder.resolve("users.sql");
    }

    /** Executed at every start; a server that was just made knows only an administrator without a password. */
    private void writeUsers() {
        String statements = """
                SET SESSION sql_log_bin = 0;
                CREATE USER IF NOT EXISTS '%1$s'@'%%' IDENTIFIED BY '%2$s';
                GRANT ALL ON *.* TO '%1$s'@'%%' WITH GRANT OPTION;
                ALTER USER '%1$s'@'localhost' IDENTIFIED BY '%2$s';
                """.formatted(ADMINISTRATOR, ADMINISTRATOR_PASSWORD);
        try {
            Files.writeString(users(), statements);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + users(), e);
        }
    }
}
