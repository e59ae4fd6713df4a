// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.time.Duration;
import picocli.CommandLine.Option;

/** How long a connector may take to stop, so that its offsets can be changed. */
final class StopOptions {

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long to wait until a connector has stopped. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    Duration patience() {
        return Duration.ofSeconds(seconds);
    }
}
