// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One database of a {@link MySqlServer}. The query methods open a connection of their own each time, so they work again
 * after a restart of the server; they are for set-up and checks, not for speed. Failures of SQL are thrown as
 * {@link IllegalStateException} with the statement. Instances may be used from several threads.
 */
public final class MySqlDatabase implements AutoCloseable {
    private final MySqlServer server;
    private final String name;
    private final Statements statements;
    private final Set<Role> users = ConcurrentHashMap.newKeySet();

    MySqlDatabase(MySqlServer server, String name) {
        this.server = server;
        this.name = name;
        this.statements = new Statements(this::connection, server.jdbcUrl(name), Statements.Keeping.NOTHING);
    }

    public String name() {
        return name;
    }

    public MySqlServer server() {
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

    /** A new connection as administrator; the caller closes it. */
    public Connection connection() throws SQLException {
        return server.connect(name, server.user(), server.password());
    }

    /** A new connection as the given user; the caller closes it. */
    public Connection connection(Role user) throws SQLException {
        return server.connect(name, user.name(), user.password());
    }

    /** Executes statements one after the other on one connection, each in its own transaction. */
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

    /** Makes a user that may log in, has no privileges and is dropped with this database. */
    public Role createUser(String suffix) {
        Role user = new Role(name.replace("tablecast_test_", "t_") + "_" + suffix, "secret of " + suffix);
        execute("CREATE USER '" + user.name() + "'@'%' IDENTIFIED BY '" + user.password() + "'");
        users.add(user);
        return user;
    }

    /** Drops the database and its users. */
    @Override
    public void close() {
        MySqlDatabase none = server.database("");
        none.execute("DROP DATABASE IF EXISTS " + quote(name));
        users.forEach(user -> none.execute("DROP USER IF EXISTS '" + user.name() + "'@'%'"));
        users.clear();
    }

    @Override
    public String toString() {
        return jdbcUrl();
    }

    /** The name as a quoted identifier. */
    public static String quote(String identifier) {
        return "`" + identifier.replace("`", "``") + "`";
    }
}
