// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import picocli.CommandLine;

/** The result of one call of the command. */
record CommandRun(int exitCode, String out, String err) {

    static CommandRun of(KnownConnectors connectors, Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = TablecastCommand.create(connectors)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        int exitCode =
                command.execute(Arrays.stream(arguments).map(String::valueOf).toArray(String[]::new));
        return new CommandRun(exitCode, out.toString(), err.toString());
    }
}
