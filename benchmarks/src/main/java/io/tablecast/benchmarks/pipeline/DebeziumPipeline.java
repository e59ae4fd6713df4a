// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A source connector of Debezium's and its JDBC sink, tuned for throughput: larger batches and fetches than by default,
 * the same producer settings as Tablecast's files have, multi-row inserts by the driver.
 */
final class DebeziumPipeline implements Pipeline {
    private static final String TABLE = "orders";

    private final DebeziumSource source;

    DebeziumPipeline(DebeziumSource source) {
        this.source = source;
    }

    @Override
    public String name() {
        return "Debezium";
    }

    @Override
    public Map<String, String> source(Run run) {
        Map<String, String> settings = new LinkedHashMap<>(source.settings(run));
        settings.put("tasks.max", "1");
        settings.put("database.hostname", run.source().host());
        settings.put("database.port", String.valueOf(run.source().port()));
        settings.put("database.user", run.source().user());
        settings.put("database.password", run.source().password());
        settings.put("topic.prefix", run.id());
        settings.put("table.include.list", OrdersTable.NAME);
        settings.put("snapshot.fetch.size", "10000");
        settings.put("max.batch.size", "8192");
        settings.put("max.queue.size", "32768");
        settings.putAll(ClientSettings.PRODUCER);
        return settings;
    }

    @Override
    public Map<String, String> sink(Run run) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("connector.class", "io.debezium.connector.jdbc.JdbcSinkConnector");
        settings.put("tasks.max", "1");
        settings.put("topics", run.topic());
        settings.put("connection.url", run.destination().jdbcUrl() + "?reWriteBatchedInserts=true");
        settings.put("connection.username", run.destination().user());
        settings.put("connection.password", run.destination().password());
        settings.put("insert.mode", "upsert");
        settings.put("delete.enabled", "true");
        settings.put("primary.key.mode", "record_key");
        settings.put("schema.evolution", "basic");
        settings.put("collection.name.format", TABLE);
        settings.put("batch.size", "5000");
        settings.putAll(ClientSettings.CONSUMER);
        // Larger batches make it faster; Tablecast does without.
        settings.put("consumer.override.fetch.min.bytes", "1048576");
        return settings;
    }

    @Override
    public Progress progress(Run run) {
        return new TableProgress(run, TABLE);
    }

    @Override
    public void cleanUp(Run run) {
        source.cleanUp(run);
    }
}
