// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The servers around a worker are killed under load, one after the other, and nobody touches the connectors. */
final class ServerKillIT {

    private static final String ITEMS = "shop.items";

    @Test
    void tasksOutliveBrokerAndDatabases() {
        try (KafkaBroker broker = KafkaBroker.start();
                PostgresServer sourceServer = PostgresServer.start();
                PostgresServer destinationServer = PostgresServer.start();
                Replication replication = Replication.start(
                        broker, sourceServer, destinationServer, Replication.options(ExactlyOnceSource.ENABLED))) {
            replication.source().execute(Writers.TABLE);
            Writers.fill(replication.source(), 2_000);
            replication.deploySource(Map.of("mode", "queue"));
            replication.deploySink(Map.of());
            replication.awaitEqual(ITEMS);

            try (Writers writers = Writers.start(replication.source(), 3, 31)) {
                writers.awaitMore(200);

                broker.kill();
                writers.awaitMore(500);
                broker.startAgain();
                awaitArrival(replication, "of the broker");

                sourceServer.kill();
                sourceServer.startAgain();
                writers.awaitMore(200);
                awaitArrival(replication, "of the source");

                destinationServer.kill();
                writers.awaitMore(500);
                destinationServer.startAgain();
                awaitArrival(replication, "of the destination");

                writers.stop();
            }

            replication.awaitEqual(ITEMS);
            replication.rest().awaitRunning(replication.sourceName(), Replication.PATIENCE);
            replication.rest().awaitRunning(replication.sinkName(), Replication.PATIENCE);
        }
    }

    private static void awaitArrival(Replication replication, String outage) {
        String code = "after the outage " + outage;
        replication
                .source()
                .execute("INSERT INTO shop.items (id, code) SELECT max(id) + 100000, '" + code + "' FROM shop.items");
        Conditions.await(
                Replication.PATIENCE,
                () -> "no change arrives " + code + ", source: "
                        + replication.rest().status(replication.sourceName()) + ", sink: "
                        + replication.rest().status(replication.sinkName()),
                () -> replication.destination().number("SELECT count(*) FROM shop.items WHERE code = '" + code + "'")
                        == 1);
    }
}
