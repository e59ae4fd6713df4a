// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import io.tablecast.testing.Database;
import java.util.LinkedHashMap;
import java.util.Map;

/** Settings of Debezium's connectors but their names, topics and tables; to be added to. */
final class DebeziumConnectors {

    private DebeziumConnectors() {}

    static Map<String, String> postgresSource(Database database) {
        Map<String, String> configuration = new LinkedHashMap<>(Replication.CONVERTERS);
        configuration.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        configuration.put("tasks.max", "1");
        configuration.put("database.hostname", database.server().host());
        configuration.put("database.port", String.valueOf(database.server().port()));
        configuration.put("database.user", database.user());
        configuration.put("database.password", database.password());
        configuration.put("database.dbname", database.name());
        configuration.put("plugin.name", "pgoutput");
        configuration.put("publication.autocreate.mode", "filtered");
        configuration.put("skipped.operations", "none");
        configuration.put("interval.handling.mode", "string");
        configuration.put("column.propagate.source.type", ".*");
        return configuration;
    }

    static Map<String, String> jdbcSink(Database database) {
        Map<String, String> configuration = new LinkedHashMap<>(Replication.CONVERTERS);
        configuration.put("connector.class", "io.debezium.connector.jdbc.JdbcSinkConnector");
        configuration.put("connection.url", database.jdbcUrl());
        configuration.put("connection.username", database.user());
        configuration.put("connection.password", database.password());
        configuration.put("insert.mode", "upsert");
        configuration.put("delete.enabled", "true");
        configuration.put("primary.key.mode", "record_key");
        configuration.put("schema.evolution", "basic");
        return configuration;
    }
}
