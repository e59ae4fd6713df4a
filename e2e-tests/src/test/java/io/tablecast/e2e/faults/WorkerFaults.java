// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.ConnectWorker;
import io.tablecast.testing.ConnectorStatus;
import java.util.List;

/** Faults of one of the two workers, and orders to connectors in the middle of their work. */
final class WorkerFaults {
    private WorkerFaults() {}

    static Fault killed(Stage stage, int worker) {
        ConnectWorker victim = stage.workers().get(worker);
        return new Fault("worker killed", victim::kill, victim::startAgain);
    }

    static Fault stopped(Stage stage, int worker) {
        ConnectWorker victim = stage.workers().get(worker);
        return new Fault("worker leaves", victim::stop, victim::startAgain);
    }

    /** Until the other worker has its tasks: when it wakes, it takes itself for their owner. */
    static Fault frozen(Stage stage, int worker) {
        ConnectWorker victim = stage.workers().get(worker);
        ConnectWorker other = stage.workers().get(1 - worker);
        return new Fault(
                "worker frozen",
                () -> {
                    victim.freeze();
                    for (String connector : stage.connectors()) {
                        Conditions.await(
                                Stage.PATIENCE,
                                () -> "the tasks of " + connector + " do not move: "
                                        + other.rest().status(connector),
                                () -> isOn(other, connector));
                    }
                },
                victim::thaw);
    }

    static Fault restarted(Stage stage, String connector) {
        return Fault.brief("connector restarted", () -> stage.anyRest().restart(connector));
    }

    static Fault paused(Stage stage, String connector) {
        return new Fault(
                "connector paused",
                () -> stage.anyRest().pause(connector, Stage.PATIENCE),
                () -> stage.anyRest().resume(connector));
    }

    private static boolean isOn(ConnectWorker worker, String connector) {
        return worker.rest().status(connector).map(ConnectorStatus::tasks).orElse(List.of()).stream()
                .allMatch(task -> worker.rest().toString().endsWith(task.worker()));
    }
}
