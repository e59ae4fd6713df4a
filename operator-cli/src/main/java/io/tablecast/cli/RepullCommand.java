// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.cli.connect.StoredOffset;
import io.tablecast.cli.pipeline.CapturedTable;
import io.tablecast.cli.pipeline.Pipeline;
import io.tablecast.cli.pipeline.PipelineSource;
import io.tablecast.cli.status.StatusReader;
import io.tablecast.cli.status.TableStatus;
import io.tablecast.cli.status.Thresholds;
import io.tablecast.contract.table.TableId;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tablecast repull}. */
@Command(
        name = "repull",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = "Has tables copied again, or a range of a table in mode incremental.",
        description = {
            "",
            "Deletes the tables' offsets: their connector is stopped, its offsets are changed, and it is resumed. All"
                    + " its tables stand still for those seconds, and go on where they were. How the destination takes"
                    + " the copy is its setting snapshot.apply; readers never see an empty table with swap.",
            "",
            "With --from or --to the rows of that range of control values are read again and replace the range. A whole"
                    + " copy replaces all rows, also those that the source has been emptied of since. Whole tables with"
                    + " snapshot.mode=no_data or start.value are refused: without an offset they would not be copied.",
            "",
            "A whole copy ends a quarantine where the table has its topics to itself. No range does: mend the cause and"
                    + " restart the sink's task.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:asked for; 'tablecast status --watch' shows the copies",
            "1:a table cannot be read again in this way, and nothing was changed; with --failed the others were asked for",
            "2:wrong usage, an unknown table, or no worker answers"
        },
        footer = {
            "",
            "Examples:",
            "  tablecast repull shop.orders",
            "  tablecast repull 'shop.*' --connector erp-source",
            "  tablecast repull shop.events --from 2026-01-01 --to 2026-02-01",
            "  tablecast repull --failed"
        })
final class RepullCommand implements Callable<Integer> {
    private final KnownConnectors connectors;

    @Spec
    private CommandSpec spec;

    @Mixin
    private PipelineOptions pipeline;

    @Mixin
    private TableOptions tables;

    @Option(names = "--from", paramLabel = "VALUE", description = "The first control value of the range.")
    private String from;

    @Option(names = "--to", paramLabel = "VALUE", description = "The control value before which the range ends.")
    private String to;

    @Option(
            names = "--failed",
            description =
                    "All tables that are quarantined or lack rows, or those of them that are named. Those that cannot"
                            + " be read again are told, and do not keep the others from it.")
    private boolean isFailed;

    @Mixin
    private StopOptions stop;

    RepullCommand(KnownConnectors connectors) {
        this.connectors = connectors;
    }

    @Override
    public Integer call() throws UnreadableFileException, IOException {
        if (tables.isEmpty() && !isFailed) {
            throw new ParameterException(spec.commandLine(), "Which tables? Name them, or say --failed.");
        }
        Pipeline read = pipeline.read(connectors);
        Map<PipelineSource, List<CapturedTable>> chosen = tables.among(read);
        if (isFailed) {
            keepFailed(read, chosen);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (chosen.isEmpty()) {
            out.println("No table has failed.");
        }
        boolean isHindered = tellObstacles(chosen);
        if (isHindered && !isFailed) {
            return CheckCommand.PROBLEMS;
        }
        keepUnhindered(chosen);
        OffsetChange change = new OffsetChange(pipeline.workers(), stop.patience());
        chosen.forEach((source, captured) -> repull(change, source, captured));
        return isHindered ? CheckCommand.PROBLEMS : CheckCommand.FINE;
    }

    private static void keepFailed(Pipeline read, Map<PipelineSource, List<CapturedTable>> chosen) {
        List<TableStatus> failed = new StatusReader(
                        read, new Thresholds(Double.MAX_VALUE, Double.MAX_VALUE), Optional.empty())
                .read().tables().stream()
                        .filter(table -> table.content() == TableStatus.Content.LACKS_ROWS)
                        .toList();
        chosen.replaceAll((source, captured) -> captured.stream()
                .filter(table -> failed.stream()
                        .anyMatch(row -> row.table().equals(table.id())
                                && row.source().equals(source.connector().name())))
                .toList());
        chosen.values().removeIf(List::isEmpty);
    }

    /** Whether there were any. */
    private boolean tellObstacles(Map<PipelineSource, List<CapturedTable>> chosen) {
        List<String> obstacles = chosen.values().stream()
                .flatMap(List::stream)
                .flatMap(table -> new RepullObstacles(range()).of(table).stream())
                .toList();
        obstacles.forEach(spec.commandLine().getErr()::println);
        return !obstacles.isEmpty();
    }

    private void keepUnhindered(Map<PipelineSource, List<CapturedTable>> chosen) {
        chosen.replaceAll((source, captured) -> captured.stream()
                .filter(table -> new RepullObstacles(range()).of(table).isEmpty())
                .toList());
        chosen.values().removeIf(List::isEmpty);
    }

    private NamedControls range() {
        return new NamedControls(from, to);
    }

    private void repull(OffsetChange change, PipelineSource source, List<CapturedTable> captured) {
        Map<TableId, UnaryOperator<StoredOffset>> changes = new LinkedHashMap<>();
        captured.forEach(table -> changes.put(table.id(), this::changed));
        List<TableId> changed = change.apply(source.connector(), changes);
        String state =
                source.connector().isOn() ? "" : " when " + source.connector().name() + " is resumed";
        for (CapturedTable table : captured) {
            spec.commandLine()
                    .getOut()
                    .println(table.id() + ": "
                            + (changed.contains(table.id())
                                    ? (!range().isEmpty() ? "the range is read again" : "is copied again") + state
                                    : "has no offset yet and is copied anyway"));
        }
    }

    private StoredOffset changed(StoredOffset offset) {
        if (range().isEmpty()) {
            return offset.deleted();
        }
        Map<String, Object> range = new LinkedHashMap<>();
        Map<String, Object> before = offset.offset().orElse(Map.of());
        if (from != null) {
            range.put("repull.from", NamedControls.ofOffset(before, from));
        }
        if (to != null) {
            range.put("repull.to", NamedControls.ofOffset(before, to));
        }
        return offset.with(range);
    }
}
