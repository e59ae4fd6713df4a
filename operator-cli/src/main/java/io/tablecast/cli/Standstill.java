// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.cli.connect.ConnectWorkers;
import io.tablecast.cli.connect.Deployed;
import io.tablecast.cli.connect.WorkerFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The time for which a connector is stopped. It is resumed at the end, whatever comes between, also when somebody ends this
 * process; one that was paused or stopped before stays stopped.
 */
final class Standstill {
    private final ConnectWorkers workers;
    private final Deployed connector;
    private final Thread atExit = new Thread(this::resume, "resume");

    private Standstill(ConnectWorkers workers, Deployed connector) {
        this.workers = workers;
        this.connector = connector;
    }

    /**
     * Does something to a connector that has no task.
     *
     * @throws WorkerFailure when its tasks do not end in time and nothing was done, or when it stays stopped
     */
    static <T> T during(ConnectWorkers workers, Deployed connector, Duration patience, Supplier<T> work) {
        Standstill standstill = begin(workers, connector);
        T done;
        try {
            Optional<Deployed> stopped = workers.await(connector.name(), patience, Deployed::isStopped);
            if (stopped.filter(Deployed::isStopped).isEmpty()) {
                throw new WorkerFailure("The tasks of " + connector.name() + " have not ended within "
                        + patience.toSeconds() + " s, and nothing was changed. Try again with a longer --wait.");
            }
            done = work.get();
        } catch (WorkerFailure e) {
            throw standstill.endedBy(e);
        } catch (RuntimeException e) {
            standstill.end();
            throw e;
        }
        standstill.end();
        return done;
    }

    /** Has the connector stopped; its tasks end some time later. */
    private static Standstill begin(ConnectWorkers workers, Deployed connector) {
        Standstill standstill = new Standstill(workers, connector);
        Runtime.getRuntime().addShutdownHook(standstill.atExit);
        try {
            workers.stop(connector.name());
        } catch (WorkerFailure e) {
            throw standstill.endedBy(e);
        }
        return standstill;
    }

    /** @throws WorkerFailure when the connector stays stopped; the message says so */
    private void end() {
        try {
            if (!Runtime.getRuntime().removeShutdownHook(atExit)) {
                return;
            }
        } catch (IllegalStateException exiting) {
            // Then it is resumed already, or will be.
            return;
        }
        resume();
    }

    /** Ends it, and returns what is to be told of a failure. */
    private WorkerFailure endedBy(WorkerFailure failure) {
        try {
            end();
            return failure;
        } catch (WorkerFailure stopped) {
            WorkerFailure both = new WorkerFailure(failure.getMessage() + " " + stopped.getMessage());
            both.addSuppressed(failure);
            return both;
        }
    }

    private void resume() {
        if (!connector.isOn()) {
            return;
        }
        try {
            workers.resume(connector.name());
        } catch (WorkerFailure e) {
            WorkerFailure stopped = new WorkerFailure(connector.name()
                    + " may be stopped and was not resumed, so its tables"
                    + " stand still: " + e.getMessage() + " Resume it: curl -X PUT .../connectors/" + connector.name()
                    + "/resume");
            stopped.addSuppressed(e);
            throw stopped;
        }
    }
}
