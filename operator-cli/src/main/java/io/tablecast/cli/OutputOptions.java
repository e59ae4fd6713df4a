// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import picocli.CommandLine.Option;

/** How a command's result is printed. */
final class OutputOptions {

    @Option(
            names = "--output",
            paramLabel = "FORMAT",
            converter = OutputFormat.FromText.class,
            defaultValue = "text",
            description = "text or json. Default: ${DEFAULT-VALUE}.")
    private OutputFormat format;

    boolean isJson() {
        return format == OutputFormat.JSON;
    }

    Report report() {
        return format.report();
    }
}
