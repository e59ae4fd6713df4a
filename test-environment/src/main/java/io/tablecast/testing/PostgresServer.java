// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A real PostgreSQL server: named by the system property {@code tablecast.test.postgres.url} (or the environment
 * variable {@code TABLECAST_TEST_POSTGRES_URL}), else a Docker container if a Docker engine runs, else PostgreSQL's own
 * programs run as child processes. Which of them is printed at the start.
 *
 * <p>Servers that are not closed end with the JVM. Instances may be used from several threads.
 */
public final class PostgresServer implements AutoCloseable {
    private final PostgresRuntime runtime;
    private final Database maintenance;
    private final Set<Database> databases = ConcurrentHashMap.newKeySet();

    private PostgresServer(PostgresRuntime runtime) {
        this.runtime = runtime;
        this.maintenance = new Database(this, PostgresRuntime.MAINTENANCE_DATABASE, Statements.Keeping.ONE_CONNECTION);
    }

    /** The server of this JVM for tests that need nothing but databases of their own. It is never closed by hand. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    /**
     * The same of a given version, for tests that must hold on several. For a whole class, write once:
     *
     * <pre>{@code
     * @ParameterizedClass
     * @EnumSource(names = {"OLDEST", "NEWEST"})
     * class SomeIT {
     *     private final Database database;
     *
     *     SomeIT(PostgresVersion version) {
     *         database = PostgresServer.shared(version).createDatabase();
     *     }
     * }
     * }</pre>
     *
     * <p>The newest version is {@link #shared()}, whatever that is; others are servers that are started here.
     */
    public static PostgresServer shared(PostgresVersion version) {
        return switch (version) {
            case NEWEST -> shared();
            case OLDEST -> SharedOldest.SERVER;
            case MIDDLE, REFUSED -> throw new IllegalArgumentException("No tests share " + version);
        };
    }

    /** Starts a server of its own, never an external one: it may be given settings, stopped and killed. */
    public static PostgresServer start(PostgresOptions options) {
        return started(ownRuntime(options));
    }

    /** The same with {@link PostgresOptions#defaults()}. */
    public static PostgresServer start() {
        return start(PostgresOptions.defaults());
    }

    public String host() {
        return runtime.host();
    }

    public int port() {
        return runtime.port();
    }

    /** A superuser. */
    public String user() {
        return runtime.user();
    }

    public String password() {
        return runtime.password();
    }

    public String jdbcUrl(String database) {
        return runtime.jdbcUrl(database);
    }

    /** A new empty database with a name that nobody else uses. */
    public Database createDatabase() {
        return createDatabase(
                "tablecast_test_" + Long.toString(ThreadLocalRandom.current().nextLong(1L << 40), 36));
    }

    /** A new empty database of the given name, which must not exist yet. */
    public Database createDatabase(String name) {
        maintenance.execute("CREATE DATABASE " + Database.quote(name));
        Database database = new Database(this, name, Statements.Keeping.ONE_CONNECTION);
        databases.add(database);
        return database;
    }

    /** A database that is there already; it is not dropped by {@link #close()}. */
    public Database database(String name) {
        return new Database(this, name, Statements.Keeping.NOTHING);
    }

    /** Ends all processes of the server with SIGKILL, as a power cut of the database would. */
    public void kill() {
        runtime.kill();
    }

    /** Ends the server in order: sessions are ended, everything is written. */
    public void stop() {
        runtime.stop();
    }

    /** Starts the killed or stopped server on its data and port again and waits until it answers. */
    public void startAgain() {
        runtime.start();
    }

    /** {@link #stop()} and {@link #startAgain()}. */
    public void restart() {
        stop();
        startAgain();
    }

    /** Ends a server that was started here and deletes its data; drops what was made in an external one. */
    @Override
    public void close() {
        OpenServices.remove(this);
        if (runtime instanceof ExternalPostgres) {
            databases.forEach(Database::close);
        }
        maintenance.disconnect();
        runtime.discard();
    }

    @Override
    public String toString() {
        return runtime.description() + " at " + host() + ":" + port();
    }

    Connection connect(String database) throws SQLException {
        return runtime.connect(database, user(), password());
    }

    Connection connect(String database, Role role) throws SQLException {
        return runtime.connect(database, role.name(), role.password());
    }

    /** For what concerns the whole server. */
    Database maintenance() {
        return maintenance;
    }

    void forget(Database database) {
        databases.remove(database);
    }

    private static PostgresServer started(PostgresRuntime runtime) {
        PostgresServer server = new PostgresServer(runtime);
        return OpenServices.started(server, runtime::start);
    }

    private static PostgresRuntime ownRuntime(PostgresOptions options) {
        return switch (chosen(options.kind())) {
            case DOCKER -> DockerPostgres.create(options);
            case EMBEDDED -> EmbeddedPostgres.create(options);
            case ANY ->
                DockerPostgres.isUsable(options) ? DockerPostgres.create(options) : EmbeddedPostgres.create(options);
        };
    }

    private static PostgresKind chosen(PostgresKind kind) {
        if (kind != PostgresKind.ANY) {
            return kind;
        }
        return Settings.value("tablecast.test.postgres")
                .map(name -> PostgresKind.valueOf(name.toUpperCase(Locale.ROOT)))
                .orElse(PostgresKind.ANY);
    }

    private static final class SharedOldest {
        private static final PostgresServer SERVER =
                start(PostgresOptions.defaults().withVersion(PostgresVersion.OLDEST));
    }

    private static final class Shared {
        private static final PostgresServer SERVER =
                ExternalPostgres.named().map(PostgresServer::started).orElseGet(PostgresServer::start);
    }
}
