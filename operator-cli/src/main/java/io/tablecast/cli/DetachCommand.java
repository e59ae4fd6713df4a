// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.cli.connect.Deployed;
import io.tablecast.cli.detach.Detachment;
import io.tablecast.cli.pipeline.MySqlSource;
import io.tablecast.cli.pipeline.Pipeline;
import io.tablecast.cli.pipeline.PipelineSink;
import io.tablecast.cli.pipeline.Route;
import io.tablecast.cli.pipeline.SourceShape;
import io.tablecast.cli.pipeline.TableNames;
import io.tablecast.contract.table.ForeignKey;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.MySqlSourceConnector;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tablecast detach}. */
@Command(
        name = "detach",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = "Makes the tables of a stopped sink stand on their own, for a move to the destination.",
        description = {
            "",
            "Views over copies become tables, sequences go on above the values that are there, Tablecast's metadata of"
                    + " the tables is removed, and foreign keys are made as the source has them: not valid at first, then"
                    + " checked while writers go on. No row is changed, unless --drop-tables says that all of it goes.",
            "",
            "What a detach has left undone that was ended in the middle, the next one does.",
            "",
            "The foreign keys of copies of MySQL and MariaDB are read from their source first. Nothing is done while it does"
                    + " not answer.",
            "",
            "Stop the sink first, and prove equality with 'tablecast compare'. Delete it afterwards, or take the"
                    + " tables' topics out of it.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:the tables are detached",
            "1:the sink still runs or a source does not answer, and nothing was done, or a table or foreign key could not"
                    + " be made",
            "2:wrong usage, an unknown name, or no worker answers"
        },
        footer = {"", "Examples:", "  tablecast detach --sink erp-sink", "  tablecast detach --sink erp-sink 'shop.*'"})
final class DetachCommand implements Callable<Integer> {
    private final KnownConnectors connectors;

    @Spec
    private CommandSpec spec;

    @Mixin
    private PipelineOptions pipeline;

    @Option(names = "--sink", required = true, paramLabel = "NAME", description = "The sink that writes the tables.")
    private String sinkName;

    @Parameters(
            arity = "0..*",
            paramLabel = "TABLE",
            description = "Destination tables, or patterns with * and ?. Default: all of the sink.")
    private List<String> names = List.of();

    @Option(names = "--no-foreign-keys", description = "Make no foreign keys.")
    private boolean isWithoutKeys;

    @Option(
            names = "--drop-tables",
            description = "Drop the tables instead, with their rows and what soft.delete.history has kept of them. What"
                    + " others have built on one keeps it. Enum types stay.")
    private boolean isDropping;

    DetachCommand(KnownConnectors connectors) {
        this.connectors = connectors;
    }

    @Override
    public Integer call() throws UnreadableFileException, IOException {
        Pipeline read = pipeline.read(connectors);
        Optional<PipelineSink> stopped = StoppedSink.of(read, sinkName, spec.commandLine());
        if (stopped.isEmpty()) {
            return CheckCommand.PROBLEMS;
        }
        PipelineSink sink = stopped.get();
        try (Detachment detachment = Detachment.open(sink)) {
            return detach(read, detachment);
        } catch (SQLException e) {
            spec.commandLine()
                    .getErr()
                    .println("At " + sink.connections().target() + ": " + read.withoutSecrets(sinkName, e));
            return CheckCommand.PROBLEMS;
        }
    }

    private int detach(Pipeline read, Detachment detachment) throws SQLException {
        if (detachment.tables().isEmpty() && names.isEmpty()) {
            spec.commandLine().getOut().println(sinkName + " has no table at its destination.");
        }
        Set<TableId> wanted = wanted(new ArrayList<>(new TreeSet<>(detachment.tables())));
        // Before anything is changed.
        Optional<Map<TableId, List<ForeignKey>>> ofSources =
                isWithoutKeys || isDropping ? Optional.of(Map.of()) : keysOfSources(read, wanted);
        if (ofSources.isEmpty()) {
            return CheckCommand.PROBLEMS;
        }
        Set<TableId> detached = new TreeSet<>();
        for (TableId table : wanted) {
            try {
                if (isDropping) {
                    detachment.drop(table);
                } else {
                    detachment.detach(table);
                }
                detached.add(table);
                spec.commandLine().getOut().println(table + (isDropping ? ": dropped" : ": detached"));
            } catch (SQLException e) {
                spec.commandLine().getErr().println(table + ": " + read.withoutSecrets(sinkName, e));
            }
        }
        List<String> faults =
                isWithoutKeys || isDropping ? List.of() : detachment.makeForeignKeys(detached, ofSources.get());
        if (!isDropping) {
            detachment.forget(detached);
        }
        if (detached.equals(detachment.tables()) && detachment.forgetOffsets()) {
            spec.commandLine().getOut().println("No other sink writes there: Tablecast's metadata is removed.");
        }
        faults.forEach(spec.commandLine().getErr()::println);
        return detached.equals(wanted) && faults.isEmpty() ? CheckCommand.FINE : CheckCommand.PROBLEMS;
    }

    /**
     * Copies of MySQL and MariaDB do not tell foreign keys, so their sources are asked; empty when one does not answer,
     * which is told.
     */
    private Optional<Map<TableId, List<ForeignKey>>> keysOfSources(Pipeline read, Set<TableId> wanted) {
        Map<TableId, List<ForeignKey>> keys = new HashMap<>();
        for (Route route : read.routes()) {
            boolean isWanted = route.sink().connector().name().equals(sinkName) && wanted.contains(route.destination());
            if (!isWanted || !isOfMySql(route.source().connector())) {
                continue;
            }
            try {
                shape(read, route)
                        .ifPresent(shape ->
                                keys.put(route.destination(), shape.structure().foreignKeys()));
            } catch (SQLException e) {
                String source = route.source().connector().name();
                spec.commandLine()
                        .getErr()
                        .println("The foreign keys of " + route.destination() + " cannot be read from " + source + ": "
                                + read.withoutSecrets(source, e));
                spec.commandLine()
                        .getErr()
                        .println("Nothing was done. Let the source answer, or make no foreign keys by"
                                + " --no-foreign-keys.");
                return Optional.empty();
            }
        }
        return Optional.of(keys);
    }

    private boolean isOfMySql(Deployed connector) {
        return connectors
                .find(connector.className())
                .filter(MySqlSourceConnector.class::isInstance)
                .isPresent();
    }

    private static Optional<SourceShape> shape(Pipeline read, Route route) throws SQLException {
        if (route.source() instanceof MySqlSource source) {
            return source.shape(route.table().id());
        }
        String unreadable = route.source().connector().name() + " ";
        throw new SQLException(read.problems().stream()
                .filter(problem -> problem.startsWith(unreadable))
                .collect(Collectors.joining(" ")));
    }

    private Set<TableId> wanted(List<TableId> all) {
        Set<TableId> wanted = new TreeSet<>(names.isEmpty() ? all : List.of());
        for (String name : names) {
            List<TableId> meant = TableNames.matching(name, all);
            if (meant.isEmpty()) {
                throw NothingFoundException.of(
                        "table of " + sinkName,
                        name,
                        all.stream().map(TableId::toString).toList());
            }
            wanted.addAll(meant);
        }
        return wanted;
    }
}
