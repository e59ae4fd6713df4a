// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

import io.tablecast.testing.ServerClock;
import java.time.Duration;

/** Servers end with SIGKILL, as in a power cut. A source comes back at once: writers are there as long as it is. */
final class ServerFaults {
    private ServerFaults() {}

    static Fault brokerKilled(Stage stage) {
        return new Fault("broker killed", stage.broker()::kill, stage.broker()::startAgain);
    }

    static Fault sourceKilled(Stage stage) {
        return Fault.brief("source killed", () -> {
            stage.sourceServer().kill();
            stage.sourceServer().startAgain();
        });
    }

    /** Times of the wrong clock are set right and the rows read again by hand, as the manual says of columns of times. */
    static Fault sourceClockJumps(Stage stage, Duration distance) {
        ServerClock clock = stage.sourceClock().orElseThrow();
        return new Fault("source's clock jumps", () -> clock.set(distance), () -> clock.set(Duration.ZERO), () -> {
            stage.source().execute("UPDATE " + Workload.EVENTS + " SET at = now() WHERE at > now()");
            stage.readAgain("night-incremental", Workload.EVENTS);
        });
    }

    static Fault mariaDbKilled(Stage stage) {
        return Fault.brief("MariaDB killed", () -> {
            stage.mariaDb().server().kill();
            stage.mariaDb().server().startAgain();
        });
    }

    static Fault destinationKilled(Stage stage) {
        return new Fault("destination killed", stage.destinationServer()::kill, stage.destinationServer()::startAgain);
    }
}
