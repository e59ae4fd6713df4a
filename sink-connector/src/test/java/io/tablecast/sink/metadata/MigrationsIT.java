// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.Test;

class MigrationsIT {

    @Test
    void tasksThatStartTogetherMakeTheSchemaOnce() throws Exception {
        try (Database database = PostgresServer.shared().createDatabase()) {
            MetadataSchema schema = new MetadataSchema("Odd \"schema\"");
            ExecutorService tasks = Executors.newFixedThreadPool(8);
            try {
                List<Callable<Void>> runs = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    runs.add(() -> {
                        migrate(database, schema);
                        return null;
                    });
                }
                for (Future<Void> run : tasks.invokeAll(runs)) {
                    run.get();
                }
            } finally {
                tasks.shutdownNow();
            }

            assertThat(database.column("SELECT version FROM " + schema.sinkVersion()))
                    .hasSize(Migrations.VERSION)
                    .doesNotHaveDuplicates()
                    .contains(String.valueOf(Migrations.VERSION));
            assertThat(database.number("SELECT count(*) FROM " + schema.quoted() + ".table_lag"))
                    .isZero();
        }
    }

    @Test
    void olderSchemaKeepsWhatItHolds() throws Exception {
        try (Database database = PostgresServer.shared().createDatabase()) {
            MetadataSchema schema = new MetadataSchema("tablecast");
            for (int version = 1; version <= 2; version++) {
                database.execute(
                        script(version), "INSERT INTO tablecast.sink_version (version) VALUES (" + version + ")");
            }
            database.execute(
                    "INSERT INTO tablecast.table_state (table_schema, table_name, connector, applied_at, source_time,"
                            + " incomplete) VALUES ('shop', 'orders', 'a', '2026-01-01 00:00:03+00',"
                            + " '2026-01-01 00:00:01+00', 'rows are missing')",
                    "INSERT INTO tablecast.run_log (table_schema, table_name, connector, kind, started_at, rows, seconds)"
                            + " SELECT 'shop', 'orders', 'a', 'snapshot', now(), 5, n FROM generate_series(1, 3) AS n");

            migrate(database, schema);

            assertThat(database.column("SELECT version FROM tablecast.sink_version ORDER BY version"))
                    .containsExactlyElementsOf(IntStream.rangeClosed(1, Migrations.VERSION)
                            .mapToObj(String::valueOf)
                            .toList());
            assertThat(database.rows("SELECT lag_seconds, incomplete FROM tablecast.table_lag"))
                    .containsExactly(List.of("2.000", "rows are missing"));
            assertThat(database.rows("SELECT source_table, is_copied FROM tablecast.table_state"))
                    .containsExactly(Arrays.asList(null, "f"));
            assertThat(database.value("SELECT kind || ': ' || message FROM tablecast.failure"))
                    .isEqualTo("incomplete: rows are missing");
            assertThat(database.number("SELECT count(*) FROM tablecast.run_history"))
                    .isEqualTo(3);
        }
    }

    @Test
    void newerSchemaIsRefused() throws Exception {
        try (Database database = PostgresServer.shared().createDatabase()) {
            MetadataSchema schema = new MetadataSchema("tablecast");
            migrate(database, schema);
            database.execute("INSERT INTO tablecast.sink_version (version) VALUES (99)");

            assertThatThrownBy(() -> migrate(database, schema))
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("The metadata schema \"tablecast\" has version 99, and this plugin knows up to "
                            + Migrations.VERSION + ". Install the plugin version that upgraded it, or set"
                            + " metadata.schema to another schema.");
        }
    }

    private static String script(int version) throws IOException {
        try (InputStream script = Migrations.class.getResourceAsStream("metadata-" + version + ".sql")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8).replace("{schema}", "tablecast");
        }
    }

    private static void migrate(Database database, MetadataSchema schema) throws Exception {
        try (Connection connection = database.connection()) {
            connection.setAutoCommit(false);
            Migrations.run(connection, schema);
        }
    }
}
