// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

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
