// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.quickstart;

import io.tablecast.testing.BrokerOptions;
import io.tablecast.testing.ConnectWorker;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlOptions;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.PostgresKind;
import io.tablecast.testing.PostgresOptions;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.WorkerOptions;
import java.util.concurrent.CompletableFuture;

/** Two PostgreSQL servers, a MariaDB or MySQL, a broker and a Connect worker with both plugins: all real, each on a free port. */
record Services(
        PostgresServer sourceServer,
        PostgresServer destinationServer,
        Database source,
        MySqlDatabase webshop,
        Database destination,
        KafkaBroker broker,
        ConnectWorker worker)
        implements AutoCloseable {

    static Services start(MySqlRelease release) {
        // First, because it is what a build may have left wrong.
        Plugins plugins = Plugins.built();
        // The servers and the broker start side by side; the worker needs the broker.
        PostgresOptions embedded = PostgresOptions.defaults().withKind(PostgresKind.EMBEDDED);
        CompletableFuture<PostgresServer> sourceServer =
                CompletableFuture.supplyAsync(() -> PostgresServer.start(embedded));
        CompletableFuture<PostgresServer> destinationServer =
                CompletableFuture.supplyAsync(() -> PostgresServer.start(embedded));
        CompletableFuture<MySqlServer> webServer =
                CompletableFuture.supplyAsync(() -> MySqlServer.start(MySqlOptions.of(release)));
        KafkaBroker broker = KafkaBroker.start(BrokerOptions.defaults());
        Database source = sourceServer.join().createDatabase("erp");
        MySqlDatabase webshop = webServer.join().createDatabase("webshop");
        Database destination = destinationServer.join().createDatabase("warehouse");
        ConnectWorker worker = ConnectWorker.start(
                broker,
                plugins,
                WorkerOptions.defaults("quickstart")
                        .withExactlyOnceSource(WorkerOptions.ExactlyOnceSource.ENABLED)
                        .withEnvironment("TABLECAST_SOURCE_URL", source.jdbcUrl())
                        .withEnvironment("TABLECAST_SOURCE_USER", source.user())
                        .withEnvironment("TABLECAST_SOURCE_PASSWORD", source.password())
                        .withEnvironment("TABLECAST_MYSQL_URL", webshop.server().jdbcUrl())
                        .withEnvironment("TABLECAST_MYSQL_USER", webshop.user())
                        .withEnvironment("TABLECAST_MYSQL_PASSWORD", webshop.password())
                        .withEnvironment("TABLECAST_DESTINATION_URL", destination.jdbcUrl())
                        .withEnvironment("TABLECAST_DESTINATION_USER", destination.user())
                        .withEnvironment("TABLECAST_DESTINATION_PASSWORD", destination.password()));
        return new Services(
                sourceServer.join(), destinationServer.join(), source, webshop, destination, broker, worker);
    }

    @Override
    public void close() {
        worker.close();
        broker.close();
        destinationServer.close();
        webshop.server().close();
        sourceServer.close();
    }
}
