// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import io.tablecast.benchmarks.pipeline.Pipeline.Run;
import io.tablecast.testing.Conditions;
import java.time.Duration;
import java.util.Map;

/** Debezium's PostgreSQL connector, which reads a replication slot. */
final class DebeziumPostgresSource implements DebeziumSource {
    private static final Duration SLOT_TIMEOUT = Duration.ofSeconds(60);

    @Override
    public Map<String, String> settings(Run run) {
        return Map.of(
                "connector.class",
                "io.debezium.connector.postgresql.PostgresConnector",
                "database.dbname",
                run.source().name(),
                "plugin.name",
                "pgoutput",
                "slot.name",
                slot(run));
    }

    /** The slot belongs to the server and outlives the connector. */
    @Override
    public void cleanUp(Run run) {
        SourceDatabase source = run.source();
        String where = " FROM pg_replication_slots WHERE slot_name = '" + slot(run) + "'";
        Conditions.await(
                SLOT_TIMEOUT,
                "the replication slot " + slot(run) + " is still in use",
                () -> source.value("SELECT count(*)" + where + " AND active").equals("0"));
        source.execute("SELECT pg_drop_replication_slot(slot_name)" + where);
    }

    private static String slot(Run run) {
        return "slot_" + run.id();
    }
}
