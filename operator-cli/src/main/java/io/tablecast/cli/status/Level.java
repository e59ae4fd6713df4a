// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.status;

/** How bad something is, in the order and with the exit codes that monitors know. */
public enum Level {
    OK(0),
    WARNING(1),
    CRITICAL(2);

    private final int exitCode;

    Level(int exitCode) {
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }

    /** The worse of two. */
    public Level or(Level other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
