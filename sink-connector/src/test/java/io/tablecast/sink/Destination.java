// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A database of its own for one test, and tasks that write to it. */
final class Destination implements AutoCloseable {

    private final Database database;

    private Destination(Database database) {
        this.database = database;
    }

    static Destination create() {
        return new Destination(PostgresServer.shared().createDatabase());
    }

    static Destination on(PostgresServer server) {
        return new Destination(server.createDatabase());
    }

    Database database() {
        return database;
    }

    /** The settings of connector {@code sink-a}, with those given in place of the usual ones. */
    Map<String, String> settings(String... keysAndValues) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("name", "sink-a");
        settings.put("connection.url", database.jdbcUrl());
        settings.put("connection.user", database.user());
        settings.put("connection.password", database.password());
        settings.put("batch.linger.ms", "10");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            settings.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return settings;
    }

    DrivenTask task(String... keysAndValues) {
        return new DrivenTask(settings(keysAndValues));
    }

    /** The rows of {@code shop.orders} as {@code id:code:amount}. */
    List<String> orders() {
        return database.column("SELECT concat_ws(':', id, coalesce(code::text, '-'), coalesce(amount::text, '-'))"
                + " FROM shop.orders ORDER BY id");
    }

    long storedOffset(String topic) {
        return database.number("SELECT next_offset FROM tablecast.sink_offset WHERE topic = '" + topic + "'");
    }

    /** The same, and 0 as long as there is none. */
    long committedTo(TopicLog log) {
        return database.value("SELECT to_regclass('tablecast.sink_offset')") == null
                ? 0
                : database.number("SELECT coalesce(max(next_offset), 0) FROM tablecast.sink_offset WHERE topic = '"
                        + log.partition().topic() + "'");
    }

    @Override
    public void close() {
        database.close();
    }
}
