// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Worker, broker, source and destination are killed under load, and connections cut, while one table is followed in each
 * mode; nobody touches the connectors. Thirty random rounds with {@code -Psoak}.
 */
final class ServerKillIT {

    private static final int ROUNDS_IN_LONG_FORM = Integer.getInteger("tablecast.rounds", 30);

    /** One table for each mode, all of them changed by the same writers. */
    private static final String TABLES = """
            CREATE VIEW shop.copied AS SELECT * FROM shop.items;
            CREATE TABLE shop.log (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, op text, item bigint);
            CREATE FUNCTION shop.log() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO shop.log (op, item) VALUES (TG_OP, coalesce(NEW.id, OLD.id));
                    RETURN NULL;
                END $$;
            CREATE TRIGGER log AFTER INSERT OR UPDATE OR DELETE ON shop.items
                FOR EACH ROW EXECUTE FUNCTION shop.log();
            """;

    private static final Map<String, String> MODES = Map.of(
            "mode", "queue",
            "table.shop.copied.mode", "snapshot",
            "table.shop.copied.poll.interval.ms", "2000",
            "table.shop.log.mode", "incremental",
            "table.shop.log.control.column", "id",
            "table.shop.log.poll.interval.ms", "200",
            "transaction.boundary", "connector");

    private static final String CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE application_name LIKE 'tablecast/%' AND datname = current_database()";

    @ParameterizedTest
    @EnumSource(ExactlyOnceSource.class)
    void everyModeOutlivesWhateverIsKilled(ExactlyOnceSource exactlyOnce) {
        try (KafkaBroker broker = KafkaBroker.start();
                PostgresServer sourceServer = PostgresServer.start();
                PostgresServer destinationServer = PostgresServer.start();
                Replication replication =
                        Replication.start(broker, sourceServer, destinationServer, Replication.options(exactlyOnce))) {
            Scene scene = new Scene(broker, sourceServer, destinationServer, replication);
            Database source = replication.source();
            source.execute(Writers.TABLE);
            Writers.fill(source, 2_000);
            source.execute(TABLES);
            replication.deploySource(sourceSettings(exactlyOnce));
            replication.deploySink(sinkSettings(exactlyOnce));
            replication.awaitEqual("shop.items");

            Random random = new Random(31);
            try (Writers writers = Writers.start(source, 3, 31)) {
                List<Fault> faults = faults(exactlyOnce, random);
                for (int round = 1; round <= faults.size(); round++) {
                    Fault fault = faults.get(round - 1);
                    writers.allow(1_000);
                    writers.awaitMore(50 + random.nextInt(250));
                    scene.strike(fault, writers, 50 + random.nextInt(250));
                    awaitArrival(replication, fault);
                    System.out.printf("%s round %d: %s%n", exactlyOnce, round, fault);
                }
                writers.allow(200);
                writers.awaitMore(100);
                writers.stop();
            }

            replication.awaitEqual("shop.items", "shop.log", "shop.copied");
            replication.rest().awaitRunning(replication.sourceName(), Replication.PATIENCE);
            replication.rest().awaitRunning(replication.sinkName(), Replication.PATIENCE);
        }
    }

    /** In the short form each fault once, some of them with and some without an exactly-once source. */
    private static List<Fault> faults(ExactlyOnceSource exactlyOnce, Random random) {
        if (Form.chosen() == Form.SHORT) {
            return exactlyOnce == ExactlyOnceSource.ENABLED
                    ? List.of(Fault.BROKER, Fault.SOURCE, Fault.CONNECTIONS)
                    : List.of(Fault.WORKER, Fault.DESTINATION);
        }
        List<Fault> faults = new ArrayList<>();
        for (int i = 0; i < ROUNDS_IN_LONG_FORM; i++) {
            faults.add(Fault.values()[i % Fault.values().length]);
        }
        Collections.shuffle(faults, random);
        return faults;
    }

    private static Map<String, String> sourceSettings(ExactlyOnceSource exactlyOnce) {
        Map<String, String> settings = new HashMap<>(MODES);
        if (exactlyOnce == ExactlyOnceSource.ENABLED) {
            settings.put("exactly.once.support", "required");
            // Kafka gives up a transaction after a minute, in which a busy machine may stand still. A worker that
            // starts
            // after a kill waits until the transaction of its former life is given up.
            settings.put("producer.override.transaction.timeout.ms", "90000");
        }
        return settings;
    }

    // A repeated row shows in a table that is appended to; only an exactly-once source promises that there is none.
    private static Map<String, String> sinkSettings(ExactlyOnceSource exactlyOnce) {
        Map<String, String> settings = new HashMap<>();
        if (exactlyOnce == ExactlyOnceSource.ENABLED) {
            settings.put("table.shop.log.apply.mode", "append");
            settings.put("table.shop.log.indexes", "none");
        }
        return settings;
    }

    private static void awaitArrival(Replication replication, Fault fault) {
        String code = "after " + fault;
        long id = replication.source().number("SELECT max(id) + 100000 FROM shop.items");
        replication
                .source()
                .execute("INSERT INTO shop.items (id, code) VALUES (" + id + ", '" + code + " " + id + "')");
        awaitArrival(replication, code, "shop.items", "id = " + id);
        awaitArrival(replication, code, "shop.copied", "id = " + id);
        awaitArrival(replication, code, "shop.log", "op = 'INSERT' AND item = " + id);
    }

    /** The table itself may come after the fault. */
    private static void awaitArrival(Replication replication, String code, String table, String row) {
        Database destination = replication.destination();
        Conditions.await(
                Replication.PATIENCE,
                () -> "nothing arrives " + code + " in " + table + ", source: "
                        + replication.rest().status(replication.sourceName()) + ", sink: "
                        + replication.rest().status(replication.sinkName()),
                () -> destination.value("SELECT to_regclass('" + table + "')") != null
                        && destination.number("SELECT count(*) FROM " + table + " WHERE " + row) == 1);
    }

    private enum Fault {
        /** SIGKILL. */
        WORKER,
        BROKER,
        /** The server stops without saying goodbye, and recovers. */
        SOURCE,
        DESTINATION,
        /** All sessions of Tablecast at both databases are ended. */
        CONNECTIONS
    }

    /** Everything that can be struck. */
    private record Scene(
            KafkaBroker broker,
            PostgresServer sourceServer,
            PostgresServer destinationServer,
            Replication replication) {

        /** @param meanwhile how many transactions are committed while something is away */
        void strike(Fault fault, Writers writers, int meanwhile) {
            switch (fault) {
                case WORKER -> {
                    replication.worker().kill();
                    writers.awaitMore(meanwhile);
                    replication.worker().startAgain();
                    replication.rest().awaitRunning(replication.sourceName(), Replication.PATIENCE);
                    replication.rest().awaitRunning(replication.sinkName(), Replication.PATIENCE);
                }
                case BROKER -> {
                    broker.kill();
                    writers.awaitMore(meanwhile);
                    broker.startAgain();
                }
                case SOURCE -> {
                    sourceServer.kill();
                    sourceServer.startAgain();
                    writers.awaitMore(meanwhile);
                }
                case DESTINATION -> {
                    destinationServer.kill();
                    writers.awaitMore(meanwhile);
                    destinationServer.startAgain();
                }
                case CONNECTIONS -> {
                    replication.source().execute(CUT);
                    replication.destination().execute(CUT);
                    writers.awaitMore(meanwhile);
                }
            }
        }
    }
}
