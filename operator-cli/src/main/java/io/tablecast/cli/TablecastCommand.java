// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.cli.connect.WorkerFailure;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The {@code tablecast} command, which does nothing without one of its subcommands. */
@Command(
        name = "tablecast",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = "Tablecast for operators: per-table replication into PostgreSQL with Kafka Connect.",
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        footer = {"", "'tablecast COMMAND --help' says more about a command."})
public final class TablecastCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    private TablecastCommand() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(create(KnownConnectors.onClassPath()).execute(arguments));
    }

    static CommandLine create(KnownConnectors connectors) {
        return new CommandLine(new TablecastCommand())
                .addSubcommand(new CheckCommand(connectors))
                .addSubcommand(new SetupCommand(connectors))
                .addSubcommand(new DeployCommand())
                .addSubcommand(new StatusCommand(connectors))
                .addSubcommand(new ErrorsCommand(connectors))
                .addSubcommand(new CompareCommand(connectors))
                .addSubcommand(new MissingCommand(connectors))
                .addSubcommand(new RepullCommand(connectors))
                .addSubcommand(new DrainCommand(connectors))
                .addSubcommand(new CopySchemaCommand(connectors))
                .addSubcommand(new RenameSchemaCommand(connectors))
                .addSubcommand(new DetachCommand(connectors))
                .addSubcommand(new CleanupCommand(connectors))
                .setUsageHelpAutoWidth(true)
                .setExecutionExceptionHandler(TablecastCommand::failed);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }

    private static int failed(Exception failure, CommandLine command, CommandLine.ParseResult ignored)
            throws Exception {
        boolean isExplained = failure instanceof UnreadableFileException
                || failure instanceof WorkerFailure
                || failure instanceof NothingFoundException;
        if (isExplained) {
            command.getErr().println(failure.getMessage());
            return CheckCommand.NOT_CHECKED;
        }
        failure.printStackTrace(command.getErr());
        return CheckCommand.NOT_CHECKED;
    }
}
