// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Debezium's PostgreSQL connector and its JDBC sink, tuned for throughput: larger batches and fetches than by default,
 * the same producer settings as Tablecast's files have, multi-row inserts by the driver.
 */
final class DebeziumPipeline implements Pipeline {
    private static final String TABLE = "orders";
    private static final Duration SLOT_TIMEOUT = Duration.ofSeconds(60);

    @Override
    public String name() {
        return "Debezium";
    }

    @Override
    public Map<String, String> source(Run run) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        settings.put("tasks.max", "1");
        settings.put("database.hostname", run.source().server().host());
        settings.put("database.port", String.valueOf(run.source().server().port()));
        settings.put("database.user", run.source().user());
        settings.put("database.password", run.source().password());
        settings.put("database.dbname", run.source().name());
        settings.put("plugin.name", "pgoutput");
        settings.put("slot.name", slot(run));
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

    /** The slot belongs to the server and outlives the connector. */
    @Override
    public void cleanUp(Run run) {
        Database source = run.source();
        String where = " FROM pg_replication_slots WHERE slot_name = '" + slot(run) + "'";
        Conditions.await(
                SLOT_TIMEOUT,
                "the replication slot " + slot(run) + " is still in use",
                () -> source.number("SELECT count(*)" + where + " AND active") == 0);
        source.rows("SELECT pg_drop_replication_slot(slot_name)" + where);
    }

    private static String slot(Run run) {
        return "slot_" + run.id();
    }
}
