// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tablecast.cli.compare.Comparison;
import io.tablecast.cli.compare.ComparisonPlanner;
import io.tablecast.cli.compare.Difference;
import io.tablecast.cli.compare.MySqlComparisonPlanner;
import io.tablecast.cli.compare.Patience;
import io.tablecast.cli.compare.TableComparison;
import io.tablecast.cli.pipeline.CapturedTable;
import io.tablecast.cli.pipeline.MySqlSource;
import io.tablecast.cli.pipeline.Pipeline;
import io.tablecast.cli.pipeline.PipelineSource;
import io.tablecast.cli.pipeline.PostgresSource;
import io.tablecast.cli.pipeline.Route;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tablecast compare}. */
@Command(
        name = "compare",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = "Proves that destinations hold the rows of their sources, or shows which ones differ.",
        description = {
            "",
            "Compares numbers of rows with the least and greatest key, then checksums of key ranges, then the rows of"
                    + " the ranges that differ. Nothing is locked or changed. Rows stay in their databases, except those"
                    + " of MySQL and MariaDB and of their destinations: servers of two kinds write values differently, so"
                    + " all rows are read here and compared by what they say.",
            "",
            "It is right while writing goes on: rows that differ are looked at again for --wait seconds, until they are"
                    + " the same or were seen to follow their source.",
            "",
            "Compared are the columns and rows that the source's settings choose. Rows that were deleted and kept"
                    + " (delete.mode=soft) are left out; rows that only the destination has are counted but are no"
                    + " difference where deletes do not reach it (mode incremental, delete.mode=ignore,"
                    + " apply.mode=append).",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all tables are equal",
            "1:at least one is not, or could not be compared",
            "2:wrong usage, an unknown table, or no worker answers"
        },
        footer = {
            "",
            "Examples:",
            "  tablecast compare",
            "  tablecast compare shop.orders --wait 60",
            "  tablecast compare shop.events --from 2026-01-01 --to 2026-02-01",
            "  tablecast compare --counts 'shop.*'"
        })
final class CompareCommand implements Callable<Integer> {
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int SUSPECTS = 10_000;

    private final KnownConnectors connectors;
    private final List<String> problems = new ArrayList<>();
    private final Set<String> namesakes = new HashSet<>();
    private int exitCode = CheckCommand.FINE;

    @Spec
    private CommandSpec spec;

    @Mixin
    private PipelineOptions pipeline;

    @Mixin
    private TableOptions tables;

    @Option(names = "--counts", description = "Only numbers of rows, and the least and greatest key.")
    private boolean isOfCounts;

    @Option(
            names = "--from",
            paramLabel = "VALUE",
            description = "Mode incremental: the first control value to compare. Default: the oldest at the source.")
    private String from;

    @Option(
            names = "--to",
            paramLabel = "VALUE",
            description = "Mode incremental: the control value before which to stop. Default: as far as was read.")
    private String to;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "For how long rows that differ may still be on their way. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--limit",
            paramLabel = "COUNT",
            defaultValue = "20",
            description = "How many differences of each table are shown. Default: ${DEFAULT-VALUE}.")
    private int limit;

    @Mixin
    private OutputOptions output;

    CompareCommand(KnownConnectors connectors) {
        this.connectors = connectors;
    }

    @Override
    public Integer call() throws UnreadableFileException, IOException {
        refuseNegative("--wait", seconds);
        refuseNegative("--limit", limit);
        Pipeline read = pipeline.read(connectors);
        Map<PipelineSource, List<CapturedTable>> chosen = tables.among(read);
        refuseRangesOfOthers(chosen);
        ObjectNode root = Json.object();
        ArrayNode list = root.putArray("tables");
        read.problems().forEach(this::complain);
        if (chosen.isEmpty()) {
            complain("Nothing was compared: there is no table of a source connector.");
        }
        findNamesakes(read, chosen);
        chosen.forEach((source, captured) -> captured.forEach(table -> compare(read, source, table, list)));
        if (output.isJson()) {
            ArrayNode texts = root.putArray("problems");
            problems.forEach(texts::add);
            spec.commandLine().getOut().println(Json.text(root));
        }
        return exitCode;
    }

    private void complain(String problem) {
        exitCode = CheckCommand.PROBLEMS;
        problems.add(problem);
        spec.commandLine().getErr().println(problem);
    }

    /** One table may go to several destinations, and several sources may have one of its name. */
    private void findNamesakes(Pipeline read, Map<PipelineSource, List<CapturedTable>> chosen) {
        Set<String> names = new HashSet<>();
        chosen.forEach((source, captured) -> captured.forEach(table -> read.routes(source, table).stream()
                .map(CompareCommand::name)
                .filter(name -> !names.add(name))
                .forEach(namesakes::add)));
    }

    private void refuseRangesOfOthers(Map<PipelineSource, List<CapturedTable>> chosen) {
        NamedControls range = new NamedControls(from, to);
        chosen.values().stream()
                .flatMap(List::stream)
                .flatMap(table -> range.obstacles(table).stream())
                .findFirst()
                .ifPresent(obstacle -> {
                    throw new ParameterException(spec.commandLine(), obstacle);
                });
    }

    private void refuseNegative(String option, int value) {
        if (value < 0) {
            throw new ParameterException(
                    spec.commandLine(), option + " is " + value + ". Expected a whole number of at least 0.");
        }
    }

    private void compare(Pipeline read, PipelineSource source, CapturedTable table, ArrayNode list) {
        List<Route> routes = read.routes(source, table);
        if (routes.isEmpty()) {
            complain(table.id() + ": cannot be compared: no sink that can be read here takes its topic " + table.topic()
                    + ".");
        }
        routes.forEach(route -> compare(read, route, list));
    }

    private void compare(Pipeline read, Route route, ArrayNode list) {
        String name = name(route) + (namesakes.contains(name(route)) ? " from " + connectors(route) : "");
        Optional<Opening> opening = opening(route);
        if (opening.isEmpty()) {
            complain(name + ": cannot be compared: only sources of PostgreSQL, MySQL and MariaDB can, and this one is "
                    + route.source().connector().className() + " or cannot be read here.");
            return;
        }
        long begun = System.nanoTime();
        try (TableComparison comparison = opening.get().open()) {
            Comparison result = isOfCounts ? comparison.compareSizes() : comparison.compare();
            if (!result.isEqual()) {
                exitCode = CheckCommand.PROBLEMS;
            }
            double elapsed = (System.nanoTime() - begun) / 1e9;
            if (output.isJson()) {
                describe(route, result, list.addObject());
            } else {
                print(name, result, elapsed);
            }
        } catch (SQLException e) {
            complain(name + ": cannot be compared: "
                    + read.withoutSecrets(route.source().connector().name(), e));
        } catch (KafkaException e) {
            // Of connectors' code, which names no secrets.
            complain(name + ": cannot be compared: " + e.getMessage());
        }
    }

    /** What opens both sides; empty when rows of such a source cannot be asked for. */
    private Optional<Opening> opening(Route route) {
        Patience patience = new Patience(Duration.ofSeconds(seconds), PAUSE, SUSPECTS, limit);
        Optional<String> first = Optional.ofNullable(from);
        Optional<String> end = Optional.ofNullable(to);
        if (route.source() instanceof PostgresSource source) {
            return Optional.of(new ComparisonPlanner(route, source, patience, first, end)::open);
        }
        return route.source() instanceof MySqlSource source
                ? Optional.of(new MySqlComparisonPlanner(route, source, patience, first, end)::open)
                : Optional.empty();
    }

    private static String name(Route route) {
        boolean isSame = route.destination().equals(route.table().id());
        return route.table().id() + (isSame ? "" : " (" + route.destination() + ")");
    }

    private static String connectors(Route route) {
        return route.source().connector().name() + " to "
                + route.sink().connector().name();
    }

    private void print(String name, Comparison result, double elapsed) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(name + ": " + verdict(result) + extent(result) + " (" + Amounts.time(elapsed) + ")");
        if (result.further() > 0) {
            out.println(
                    "  " + Amounts.count(result.further()) + " further rows at the destination, as its mode allows");
        }
        result.remarks().forEach(remark -> out.println("  " + remark));
        for (Difference difference : result.differences()) {
            out.println("  " + difference.kind().name().toLowerCase(Locale.ROOT) + "  " + difference.row()
                    + (difference.isMoving() ? "  (still changing)" : ""));
        }
        if (result.differing() > result.differences().size()
                && !result.differences().isEmpty()) {
            out.println("  and "
                    + Amounts.count(result.differing() - result.differences().size()) + " more");
        }
    }

    private String verdict(Comparison result) {
        String counts = Amounts.count(result.sourceRows()) + " rows at the source, "
                + Amounts.count(result.destinationRows()) + " at the destination";
        if (result.isEqual()) {
            return result.sourceRows() == result.destinationRows()
                    ? (isOfCounts ? "equal in number, " : "equal, ") + Amounts.count(result.sourceRows()) + " rows"
                    : "equal, " + counts;
        }
        if (isOfCounts) {
            return "not equal: " + counts;
        }
        String number = (result.isComplete() ? "" : "at least ") + Amounts.count(result.differing());
        return number + (result.differing() == 1 ? " row differs, " : " rows differ, ") + counts;
    }

    private static String extent(Comparison result) {
        return result.least() == null ? "" : ", keys " + result.least() + " to " + result.greatest();
    }

    private static void describe(Route route, Comparison result, ObjectNode node) {
        node.put("table", route.table().id().toString());
        node.put("source", route.source().connector().name());
        node.put("sink", route.sink().connector().name());
        node.put("destination", route.destination().toString());
        node.put("equal", result.isEqual());
        node.put("source_rows", result.sourceRows());
        node.put("destination_rows", result.destinationRows());
        node.put("least", result.least());
        node.put("greatest", result.greatest());
        node.put("differing", result.differing());
        node.put("complete", result.isComplete());
        node.put("further", result.further());
        ArrayNode differences = node.putArray("differences");
        result.differences()
                .forEach(difference -> differences
                        .addObject()
                        .put("kind", difference.kind().name().toLowerCase(Locale.ROOT))
                        .put("row", difference.row())
                        .put("changing", difference.isMoving()));
        ArrayNode remarks = node.putArray("remarks");
        result.remarks().forEach(remarks::add);
    }

    /** Opens both sides of a comparison. */
    private interface Opening {
        TableComparison open() throws SQLException;
    }
}
