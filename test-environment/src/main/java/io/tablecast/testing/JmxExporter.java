// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.net.URI;
import java.nio.file.Path;

/** Prometheus' JMX exporter inside a worker: an agent that serves what it finds over JMX by HTTP. */
public final class JmxExporter {
    private static final String LOCALHOST = "127.0.0.1";

    private final Path rules;
    private final int port = FreePorts.next();

    private JmxExporter(Path rules) {
        this.rules = rules;
    }

    /** An exporter with the rules of a file. */
    public static JmxExporter of(Path rules) {
        return new JmxExporter(rules);
    }

    /** What starts it with the worker, by {@link WorkerOptions#withJvmArgument}. */
    public String jvmArgument() {
        Path agent = Peers.folder("jmx-exporter").resolve("jmx_prometheus_javaagent.jar");
        return "-javaagent:" + agent + "=" + LOCALHOST + ":" + port + ":" + rules;
    }

    /** Host and port, as Prometheus names targets. */
    public String target() {
        return LOCALHOST + ":" + port;
    }

    @Override
    public String toString() {
        return URI.create("http://" + target() + "/metrics").toString();
    }
}
