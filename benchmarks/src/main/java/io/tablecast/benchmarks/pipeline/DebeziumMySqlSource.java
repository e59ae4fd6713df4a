// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.pipeline.Pipeline.Run;
import java.util.Map;

/** Debezium's MySQL connector, which reads the binlog and keeps the history of structures in a topic of its own. */
final class DebeziumMySqlSource implements DebeziumSource {
    @Override
    public Map<String, String> settings(Run run) {
        return Map.of(
                "connector.class",
                "io.debezium.connector.mysql.MySqlConnector",
                "database.server.id",
                "7301",
                "database.include.list",
                run.source().name(),
                "schema.history.internal.kafka.bootstrap.servers",
                run.bootstrapServers(),
                "schema.history.internal.kafka.topic",
                run.id() + ".history");
    }

    @Override
    public void cleanUp(Run run) {
        // Topics are deleted with those of all connectors.
    }
}
