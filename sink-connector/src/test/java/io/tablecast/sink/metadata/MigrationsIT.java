// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metadata;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

    private static void migrate(Database database, MetadataSchema schema) throws Exception {
        try (Connection connection = database.connection()) {
            connection.setAutoCommit(false);
            Migrations.run(connection, schema);
        }
    }
}
