// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tablecast.cli.connect.Deployed;
import io.tablecast.cli.pipeline.Pipeline;
import io.tablecast.cli.pipeline.PipelineSink;
import io.tablecast.cli.pipeline.TableNames;
import io.tablecast.cli.status.Failure;
import io.tablecast.cli.status.Failures;
import io.tablecast.contract.table.TableId;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tablecast errors}. */
@Command(
        name = "errors",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = "Shows what has failed, the latest first.",
        description = {
            "",
            "Connectors and tasks that have failed with the reason, records that were put aside with their table, key,"
                    + " column and place, tables that are quarantined or lack rows.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:nothing has failed",
            "1:something has, or a destination could not be asked",
            "2:wrong usage, or no worker answers"
        },
        footer = {"", "Examples:", "  tablecast errors", "  tablecast errors --limit 100 'shop.*'"})
final class ErrorsCommand implements Callable<Integer> {
    private final KnownConnectors connectors;

    @Spec
    private CommandSpec spec;

    @Mixin
    private PipelineOptions pipeline;

    @Parameters(
            arity = "0..*",
            paramLabel = "TABLE",
            description = "Destination tables, or patterns with * and ?. Default: all.")
    private List<String> tables = List.of();

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            defaultValue = "20",
            description = "How many of each destination. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Mixin
    private OutputOptions output;

    ErrorsCommand(KnownConnectors connectors) {
        this.connectors = connectors;
    }

    @Override
    public Integer call() throws UnreadableFileException, IOException {
        if (limit < 1) {
            throw new ParameterException(spec.commandLine(), "--limit must be 1 or more.");
        }
        Pipeline read = pipeline.read(connectors);
        List<String> problems = new ArrayList<>(read.problems());
        List<Failure> failures = new ArrayList<>();
        for (PipelineSink sink : read.sinks()) {
            try {
                failures.addAll(Failures.read(sink, this::isWanted, limit));
            } catch (SQLException e) {
                String name = sink.connector().name();
                problems.add("The destination of " + name + " cannot be asked: " + read.withoutSecrets(name, e));
            }
        }
        failures.sort(Comparator.comparing(Failure::time).reversed());
        List<Deployed> failed = read.connectors().stream()
                .filter(connector -> connector.failure().isPresent())
                .toList();
        print(problems, failed, failures);
        return problems.isEmpty() && failed.isEmpty() && failures.isEmpty() ? CheckCommand.FINE : CheckCommand.PROBLEMS;
    }

    private boolean isWanted(TableId table) {
        return tables.isEmpty()
                || tables.stream()
                        .anyMatch(name ->
                                !TableNames.matching(name, List.of(table)).isEmpty());
    }

    private void print(List<String> problems, List<Deployed> failed, List<Failure> failures) {
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            out.println(Json.text(json(problems, failed, failures)));
            return;
        }
        problems.forEach(out::println);
        failed.forEach(connector -> out.println(
                connector.name() + " has failed: " + connector.failure().orElse("")));
        for (Failure failure : failures) {
            out.println(failure.time() + "  " + failure.kind() + "  " + failure.table() + failure.place());
            failure.message().lines().forEach(line -> out.println("    " + line));
        }
    }

    private static ObjectNode json(List<String> problems, List<Deployed> failed, List<Failure> failures) {
        ObjectNode root = Json.object();
        ArrayNode texts = root.putArray("problems");
        problems.forEach(texts::add);
        ArrayNode names = root.putArray("connectors");
        failed.forEach(connector -> names.addObject()
                .put("name", connector.name())
                .put("failure", connector.failure().orElse("")));
        ArrayNode list = root.putArray("failures");
        failures.forEach(failure -> {
            ObjectNode node = list.addObject();
            failure.entries().forEach(node::put);
        });
        return root;
    }
}
