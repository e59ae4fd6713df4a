// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whole schemas as users have them, made by scripts: each table has the same rows on both sides in the end. */
final class LargeSchemasIT {

    private static final int CROWD = Form.amount(30, 200);

    private static Replication replication;

    @BeforeAll
    static void start() {
        replication = Replication.start(ExactlyOnceSource.DISABLED);
    }

    @AfterAll
    static void stop() {
        replication.close();
    }

    @Test
    void warehouseWithForeignKeysAndPartitionsIsTheSameOnBothSides() throws IOException {
        run("warehouse.sql");
        replicate(
                "warehouse",
                Map.of(
                        "tasks.max", "1",
                        "mode", "queue",
                        "table.warehouse.region.mode", "snapshot",
                        "table.warehouse.region.poll.interval.ms", "500",
                        "table.warehouse.sales_by_region.mode", "snapshot",
                        "table.warehouse.sales_by_region.poll.interval.ms", "5000",
                        "table.warehouse.visit.mode", "incremental",
                        "table.warehouse.visit.control.column", "at"));
        List<String> tables = tables("warehouse");

        assertThat(tables).as("Partitions are no tables of their own").hasSize(11);
        replication.awaitEqual(tables.toArray(String[]::new));
        run("warehouse-day.sql");

        replication.awaitEqual(tables.toArray(String[]::new));
        end("warehouse");
    }

    @Test
    void crowdOfTablesOfAllFormsGoesThroughThreeTasks() throws IOException {
        String count = "SET crowd.tables = '" + CROWD + "';\n";
        run(count, "crowd.sql");
        Map<String, String> settings = new HashMap<>(Map.of("tasks.max", "3", "mode", "queue"));
        for (int i = 1; i <= CROWD; i++) {
            // Without a key there are no changes, only copies.
            String table = "table.crowd.t%03d.".formatted(i);
            if (i % 10 == 5) {
                settings.put(table + "mode", "snapshot");
                settings.put(table + "poll.interval.ms", "10000");
            } else if (i % 10 == 2) {
                settings.put(table + "mode", "incremental");
                settings.put(table + "control.column", "id");
            }
        }
        replicate("crowd", settings);
        String[] tables = tables("crowd").toArray(String[]::new);

        assertThat(tables).hasSize(CROWD);
        replication.awaitEqual(tables);
        assertThat(replication
                        .rest()
                        .status(replication.sourceName() + "-crowd")
                        .orElseThrow()
                        .tasks())
                .hasSize(3);
        run(count, "crowd-day.sql");

        replication.awaitEqual(tables);
        end("crowd");
    }

    private static void replicate(String schema, Map<String, String> settings) {
        Map<String, String> source = new HashMap<>(settings);
        source.put("name", replication.sourceName() + "-" + schema);
        source.put("table.include.list", schema + "\\..*");
        replication.rest().putConnector(source.get("name"), replication.sourceConfiguration(source));
        String sink = replication.sinkName() + "-" + schema;
        replication
                .rest()
                .putConnector(
                        sink,
                        replication.sinkConfiguration(Map.of(
                                "name",
                                sink,
                                "topics.regex",
                                replication.topic(schema) + "\\..*",
                                "tasks.max",
                                "2",
                                // As in config/: topics come one after the other, and tables that are loaded stay where
                                // they are.
                                "consumer.override.partition.assignment.strategy",
                                "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
                                "consumer.override.metadata.max.age.ms",
                                "5000")));
        replication.rest().awaitRunning(source.get("name"), Replication.PATIENCE);
        replication.rest().awaitRunning(sink, Replication.PATIENCE);
    }

    /** Leaves the worker to the other schema. */
    private static void end(String schema) {
        replication.rest().delete(replication.sourceName() + "-" + schema);
        replication.rest().delete(replication.sinkName() + "-" + schema);
    }

    /** All tables and views but partitions, as they stand in SQL. */
    private static List<String> tables(String schema) {
        return new ArrayList<>(replication
                .source()
                .column("SELECT oid::regclass FROM pg_class WHERE relnamespace = '" + schema + "'::regnamespace"
                        + " AND relkind IN ('r', 'p', 'v') AND NOT relispartition ORDER BY 1"));
    }

    private static void run(String script) throws IOException {
        run("", script);
    }

    private static void run(String before, String script) throws IOException {
        try (InputStream in = Objects.requireNonNull(LargeSchemasIT.class.getResourceAsStream(script), script)) {
            replication.source().execute(before + new String(in.readAllBytes(), UTF_8));
        }
    }
}
