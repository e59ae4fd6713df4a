// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

import io.tablecast.testing.ConnectRest;
import io.tablecast.testing.ConnectWorker;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;

/** What people do to a pipeline on an ordinary day, in the form of faults that nobody has to recover from. */
enum Operation {
    WORKER_LEAVES,
    WORKER_JOINS,
    CONNECTOR_RECONFIGURED,
    TABLE_CHANGED,
    TABLE_COPIED_AGAIN;

    /** Nobody's memory is looked at but that of the first worker, which never leaves. */
    private static final int LEAVING_WORKER = 1;

    private static final Map<String, List<String>> COPIED_AGAIN = Map.of(
            "night-queue", List.of(Workload.ITEMS, Workload.LOG),
            "night-incremental", List.of(Workload.EVENTS, Workload.TICKS),
            "night-snapshot", List.of(Workload.RATES));

    Fault on(Stage stage, Random random) {
        return switch (this) {
            case WORKER_LEAVES -> WorkerFaults.stopped(stage, LEAVING_WORKER);
            case WORKER_JOINS -> workerJoins(stage);
            case CONNECTOR_RECONFIGURED -> reconfigured(stage, random);
            case TABLE_CHANGED ->
                Fault.brief(
                        "table comes, changes or goes", () -> stage.visitors().change(random));
            case TABLE_COPIED_AGAIN -> copiedAgain(stage, random);
        };
    }

    private static Fault workerJoins(Stage stage) {
        AtomicReference<ConnectWorker> joined = new AtomicReference<>();
        return new Fault("worker joins, and leaves again", () -> joined.set(stage.newWorker()), () -> {
            joined.get().stop();
            joined.get().close();
        });
    }

    private static Fault reconfigured(Stage stage, Random random) {
        String connector =
                stage.connectors().get(random.nextInt(stage.connectors().size()));
        return Fault.brief("connector reconfigured", () -> {
            ConnectRest rest = stage.anyRest();
            Map<String, String> configuration = new HashMap<>(rest.configuration(connector));
            String key = configuration.containsKey("mode") ? "batch.max.rows" : "consumer.override.max.poll.records";
            configuration.put(key, String.valueOf(500 + random.nextInt(2_000)));
            rest.putConnector(connector, configuration);
        });
    }

    private static Fault copiedAgain(Stage stage, Random random) {
        List<String> connectors = COPIED_AGAIN.keySet().stream().sorted().toList();
        String connector = connectors.get(random.nextInt(connectors.size()));
        List<String> tables = COPIED_AGAIN.get(connector);
        String table = tables.get(random.nextInt(tables.size()));
        return Fault.brief("table copied again", () -> stage.copyAgain(connector, table));
    }
}
