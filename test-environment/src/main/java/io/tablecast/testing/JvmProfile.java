// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.util.List;

/** What the JVM of a broker or worker is tuned for. */
public enum JvmProfile {
    /** A short life: it starts fast and takes little memory and processor time from its neighbours. */
    QUICK_START("-Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1"),
    /** Measurements: the JVM's own defaults with memory to spare. */
    THROUGHPUT("-Xms1g -Xmx2g");

    private final String arguments;

    JvmProfile(String arguments) {
        this.arguments = arguments;
    }

    List<String> arguments() {
        return List.of(arguments.split(" ", -1));
    }
}
