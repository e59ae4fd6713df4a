// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tablecast check}. */
@Command(
        name = "check",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = "Checks connector configurations before they are deployed.",
        description = {
            "",
            "Asks the connector itself, with no worker needed: unknown and misspelt keys, wrong values, and what only the"
                    + " database can tell, such as a wrong password, a missing table, key or privilege. It connects to"
                    + " the database and changes nothing there.",
            "",
            "A file holds what one would PUT to a worker, {\"key\": \"value\", ...}, or POST, {\"name\": \"...\","
                    + " \"config\": {...}}, or Java properties. Placeholders such as $${env:NAME} are replaced as a worker"
                    + " replaces them, from this command's own environment and files.",
            "",
            "A connector's name is the file's \"name\", else the file's own name without its ending, as for"
                    + " 'tablecast deploy'.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:every file is fine",
            "1:at least one configuration has a problem",
            "2:wrong usage, or a file could not be read or checked"
        },
        footer = {
            "",
            "Examples:",
            "  tablecast check source.json sink.json",
            "  tablecast check --worker worker.properties config/*.json",
            "  tablecast check --output json source.json | jq '.files[].problems'"
        })
final class CheckCommand implements Callable<Integer> {
    static final int FINE = 0;
    static final int PROBLEMS = 1;
    static final int NOT_CHECKED = 2;

    private final KnownConnectors connectors;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "1..*",
            paramLabel = "CONFIG",
            description = "Connector configurations, JSON or properties files.")
    private List<Path> files;

    @Option(
            names = "--worker",
            paramLabel = "FILE",
            description = {
                "The worker's properties file. Its config.providers say which placeholders there are.",
                "Without it: env, file and dir, as Kafka ships them."
            })
    private Path worker;

    @Mixin
    private OutputOptions output;

    CheckCommand(KnownConnectors connectors) {
        this.connectors = connectors;
    }

    @Override
    public Integer call() throws UnreadableFileException, IOException {
        WorkerProviders providers = worker == null ? WorkerProviders.usual() : WorkerProviders.declaredIn(worker);
        List<CheckedFile> checked = new ArrayList<>();
        try (Placeholders placeholders = new Placeholders(providers)) {
            ConnectorCheck check = new ConnectorCheck(connectors, placeholders);
            files.forEach(file -> checked.add(check(check, file)));
        }
        output.report().print(checked, spec.commandLine().getOut());
        return exitCode(checked);
    }

    private static CheckedFile check(ConnectorCheck check, Path file) {
        try {
            return check.check(ConnectorFileReader.read(file));
        } catch (UnreadableFileException e) {
            return new CheckedFile.Unreadable(file, e.getMessage());
        }
    }

    private static int exitCode(List<CheckedFile> checked) {
        return checked.stream().mapToInt(CheckCommand::exitCode).max().orElse(FINE);
    }

    private static int exitCode(CheckedFile file) {
        if (file instanceof CheckedFile.Read read) {
            return read.problems().isEmpty() ? FINE : PROBLEMS;
        }
        return NOT_CHECKED;
    }
}
