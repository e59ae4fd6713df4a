// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One database of a {@link PostgresServer}. Its methods work again after a restart of the server. Each call finds a
 * session without settings of another, which may be one that is kept while it answers. Failures of SQL are thrown as {@link
 * IllegalStateException} with the statement. Instances may be used from several threads.
 */
public final class Database implements AutoCloseable {
    private final PostgresServer server;
    private final String name;
    private final Statements statements;
    private final Set<Role> roles = ConcurrentHashMap.newKeySet();

    Database(PostgresServer server, String name, Statements.Keeping keeping) {
        this.server = server;
        this.name = name;
        this.statements = new Statements(this::connection, server.jdbcUrl(name), keeping);
    }

    public String name() {
        return name;
    }

    public PostgresServer server() {
        return server;
    }

    public String jdbcUrl() {
        return server.jdbcUrl(name);
    }

    public String user() {
        return server.user();
    }

    public String password() {
        return server.password();
    }

    /** A new connection as superuser; the caller closes it. */
    public Connection connection() throws SQLException {
        return server.connect(name);
    }

    /** A new connection as the given role; the caller closes it. */
    public Connection connection(Role role) throws SQLException {
        return server.connect(name, role);
    }

    /** Executes statements one after the other, each in its own transaction unless they say otherwise. */
    public void execute(String... sql) {
        statements.execute(sql);
    }

    /** The rows of a query as text, as the driver gives it; a NULL is a Java null. */
    public List<List<String>> rows(String query) {
        return statements.rows(query);
    }

    /** The only value of a query as text; a NULL is a Java null. */
    public String value(String query) {
        return statements.value(query);
    }

    /** The only value of a query, a whole number. */
    public long number(String query) {
        return Long.parseLong(value(query));
    }

    /** The first column of a query. */
    public List<String> column(String query) {
        return rows(query).stream().map(row -> row.get(0)).toList();
    }

    /**
     * Makes a role that may log in, has no privileges and is dropped with this database. Its name begins with that of
     * the database, because roles belong to the whole server.
     */
    public Role createRole(String suffix) {
        Role role = new Role(name + "_" + suffix, "secret of " + suffix);
        execute("CREATE ROLE " + quote(role.name()) + " LOGIN PASSWORD '"
                + role.password().replace("'", "''") + "'");
        roles.add(role);
        return role;
    }

    /** Gives up what is kept for the next call. */
    void disconnect() {
        statements.close();
    }

    /** Drops the database, whoever is connected to it, and its roles. */
    @Override
    public void close() {
        server.forget(this);
        disconnect();
        Database maintenance = server.maintenance();
        maintenance.execute("DROP DATABASE IF EXISTS " + quote(name) + " WITH (FORCE)");
        roles.forEach(role -> maintenance.execute("DROP ROLE IF EXISTS " + quote(role.name())));
        roles.clear();
    }

    @Override
    public String toString() {
        return jdbcUrl();
    }

    /** The name as a quoted identifier. */
    public static String quote(String identifier) {
        return "\"" + identifier.replace("\"", "\"\"") + "\"";
    }
}
