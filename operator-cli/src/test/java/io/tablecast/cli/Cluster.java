// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.testing.ConnectRest;
import io.tablecast.testing.ConnectWorker;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.WorkerOptions;

/** One worker with the plugin zips for all tests of commands that speak to one; it ends with the JVM. */
final class Cluster {
    private static ConnectWorker worker;

    private Cluster() {}

    static synchronized ConnectRest rest() {
        if (worker == null) {
            worker = ConnectWorker.start(KafkaBroker.shared(), Plugins.built(), WorkerOptions.defaults("cli"));
        }
        return worker.rest();
    }
}
