// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

import io.tablecast.testing.TcpProxy;
import java.time.Duration;

/** Faults of the network between workers and databases. */
final class NetworkFaults {
    private NetworkFaults() {}

    static Fault cut(Network network, Stage stage) {
        return Fault.brief(
                "connections " + network + " cut", () -> stage.proxy(network).cut());
    }

    /** What was under way is lost when it ends, as after a firewall has forgotten its connections. */
    static Fault silent(Network network, Stage stage) {
        TcpProxy proxy = stage.proxy(network);
        return new Fault("network " + network + " silent", proxy::fallSilent, () -> {
            proxy.cut();
            proxy.restore();
        });
    }

    static Fault slow(Network network, Stage stage, int milliseconds) {
        TcpProxy proxy = stage.proxy(network);
        return new Fault(
                "network " + network + " slow", () -> proxy.slowDown(Duration.ofMillis(milliseconds)), proxy::restore);
    }
}
