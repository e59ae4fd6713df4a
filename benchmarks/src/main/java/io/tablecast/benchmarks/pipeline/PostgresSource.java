// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.testing.ContentComparison;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.TableContents;
import java.sql.Connection;
import java.sql.SQLException;

/** PostgreSQL, with fsync. */
final class PostgresSource implements SourceServer {
    /** Connectors choose types of their own for some columns; equal are the values in the types of the source. */
    private static final String CONTENT = """
            SELECT id, customer_id, status, amount::numeric(12,2) AS amount, note::text AS note, gift,
                   attributes::jsonb AS attributes, weight, created_at::timestamp AS created_at,
                   updated_at::timestamptz AS updated_at
            FROM\s""";

    private final PostgresServer server;

    private PostgresSource(PostgresServer server) {
        this.server = server;
    }

    static PostgresSource start() {
        return new PostgresSource(PostgresServer.start(Servers.durablePostgres()));
    }

    @Override
    public SourceDatabase create(String id) {
        Database database = server.createDatabase("source_" + id);
        return new Created(database);
    }

    @Override
    public long pid() {
        return Servers.pid(server);
    }

    @Override
    public void close() {
        server.close();
    }

    /** The database as it is at PostgreSQL. */
    private record Created(Database database) implements SourceDatabase {
        @Override
        public String host() {
            return database.server().host();
        }

        @Override
        public int port() {
            return database.server().port();
        }

        @Override
        public String name() {
            return database.name();
        }

        @Override
        public String jdbcUrl() {
            return database.jdbcUrl();
        }

        @Override
        public String user() {
            return database.user();
        }

        @Override
        public String password() {
            return database.password();
        }

        @Override
        public Connection connection() throws SQLException {
            return database.connection();
        }

        @Override
        public void fill(OrdersTable orders) {
            orders.create(database);
            // An UPDATE that began where another scan had been would change the last rows first: see isUpdated.
            database.execute("ALTER DATABASE " + database.name() + " SET synchronize_seqscans = off");
        }

        @Override
        public void execute(String... sql) {
            database.execute(sql);
        }

        @Override
        public String value(String query) {
            return database.value(query);
        }

        @Override
        public void requireEqual(Database destination, String table) {
            ContentComparison.of(
                            new TableContents(database, CONTENT + OrdersTable.NAME),
                            new TableContents(destination, CONTENT + table))
                    .requireEqual();
        }

        @Override
        public void close() {
            database.close();
        }
    }
}
