// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.testing.Database;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlOptions;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;

/** MySQL, or MariaDB where there is none, with its redo log and binlog synced at each commit. */
final class MySqlSource implements SourceServer {
    /** What other databases call a schema; pipelines run one after the other. */
    private static final String DATABASE = "shop";

    private final MySqlServer server;

    private MySqlSource(MySqlServer server) {
        this.server = server;
    }

    static MySqlSource start() {
        MySqlOptions options = MySqlOptions.of(MySqlRelease.preferred())
                .withSetting("innodb-buffer-pool-size", "512M")
                .withSetting("innodb-flush-log-at-trx-commit", "1")
                .withSetting("sync-binlog", "1");
        return new MySqlSource(MySqlServer.start(
                options.release().isMariaDb()
                        ? options.withSetting("innodb-log-file-size", "1G")
                        : options.withSetting("innodb-redo-log-capacity", "1G")));
    }

    @Override
    public SourceDatabase create(String id) {
        MySqlDatabase database = server.createDatabase(DATABASE);
        return new Created(database);
    }

    @Override
    public long pid() {
        return server.pid();
    }

    @Override
    public void close() {
        server.close();
    }

    /** The database as it is at MySQL. */
    private record Created(MySqlDatabase database) implements SourceDatabase {
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
            return database.server().jdbcUrl();
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
            MySqlOrders.fill(database, orders.rows());
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
            MySqlOrders.requireEqual(database, destination, table);
        }

        @Override
        public void close() {
            database.close();
        }
    }
}
