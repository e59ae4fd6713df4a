// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.cli.connect.Deployed;
import io.tablecast.cli.status.CopyProgress;
import io.tablecast.cli.status.PipelineStatus;
import io.tablecast.cli.status.TableStatus;
import io.tablecast.contract.table.TableId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The status for people: connectors, then tables, with the progress of copies below them, then what is wrong. */
final class StatusText {
    private static final int BAR = 30;

    private StatusText() {}

    static List<String> lines(PipelineStatus status) {
        return lines(status, remarks(status));
    }

    private static List<String> lines(PipelineStatus status, List<String> remarks) {
        List<String> lines = new ArrayList<>(connectors(status));
        if (!status.tables().isEmpty()) {
            lines.add("");
            lines.addAll(tables(status));
        }
        if (!remarks.isEmpty()) {
            lines.add("");
            lines.addAll(remarks);
        }
        return lines;
    }

    /** The same in the order of what concerns people most, for windows that do not hold all of it. */
    static List<String> urgentFirst(PipelineStatus status) {
        List<TableStatus> tables = status.tables().stream()
                .sorted(Comparator.comparingInt(
                                (TableStatus table) -> -table.level().exitCode())
                        .thenComparing(table -> table.copy().isEmpty()))
                .toList();
        List<String> lines = new ArrayList<>(remarks(status));
        if (!lines.isEmpty()) {
            lines.add("");
        }
        lines.addAll(lines(new PipelineStatus(status.connectors(), tables, List.of()), List.of()));
        return lines;
    }

    /** One line for monitors. */
    static String summary(PipelineStatus status) {
        List<TableStatus> bad = status.tables().stream()
                .filter(table -> table.level().exitCode() > 0)
                .toList();
        String of = status.tables().size() + (status.tables().size() == 1 ? " table" : " tables");
        String what = bad.isEmpty() && status.problems().isEmpty()
                ? of
                : Stream.concat(status.problems().stream(), bad.stream().map(StatusText::inOneLine))
                                .collect(Collectors.joining("; "))
                        + " (of " + of + ")";
        return status.level() + ": " + what;
    }

    private static String inOneLine(TableStatus table) {
        String lag = table.lagSeconds().isPresent()
                ? ", lag " + Amounts.time(table.lagSeconds().getAsDouble())
                : "";
        return table.table() + " " + table.state().text() + lag;
    }

    private static List<String> connectors(PipelineStatus status) {
        TextTable table = new TextTable();
        for (Deployed connector : status.connectors()) {
            table.add(connector.name(), connector.kind().name().toLowerCase(Locale.ROOT), connector.description());
        }
        return table.lines();
    }

    private static List<String> tables(PipelineStatus status) {
        TextTable table = new TextTable();
        table.add("TABLE", "MODE", "STATE", "LAG", "ROWS", "TO");
        for (TableStatus row : status.tables()) {
            table.add(
                    row.table().toString(),
                    row.mode(),
                    row.state().text(),
                    row.lagSeconds().isPresent() ? Amounts.time(row.lagSeconds().getAsDouble()) : "-",
                    row.rows().isPresent() ? Amounts.count(row.rows().getAsLong()) : "-",
                    row.sink().map(sink -> sink + destination(row)).orElse("-"));
        }
        List<String> lines = table.lines();
        List<String> all = new ArrayList<>(lines.subList(0, 1));
        for (int i = 1; i < lines.size(); i++) {
            all.add(lines.get(i));
            status.tables().get(i - 1).copy().ifPresent(copy -> all.add("    " + progress(copy)));
        }
        return all;
    }

    private static String destination(TableStatus row) {
        Optional<TableId> destination = row.destination();
        return destination.isEmpty() || destination.get().equals(row.table()) ? "" : " " + destination.get();
    }

    /** {@code [############..................]  40%  loading 400,000 of 1,000,000 rows, 52,000/s, 12 s left}. */
    static String progress(CopyProgress copy) {
        StringBuilder text = new StringBuilder();
        copy.part().ifPresent(part -> {
            int done = (int) Math.floor(part * BAR);
            text.append('[')
                    .append("#".repeat(done))
                    .append(".".repeat(BAR - done))
                    .append("] ")
                    .append(String.format(Locale.ROOT, "%3d%%  ", (int) Math.floor(part * 100)));
        });
        text.append(copy.phase()).append(' ').append(Amounts.count(copy.rows()));
        copy.estimatedRows()
                .ifPresent(estimate -> text.append(" of ").append(Amounts.count(Math.max(estimate, copy.rows()))));
        text.append(" rows");
        copy.rowsPerSecond()
                .ifPresent(rate -> text.append(", ")
                        .append(Amounts.count(Math.round(rate)))
                        .append("/s"));
        copy.secondsLeft()
                .ifPresent(left -> text.append(", ").append(Amounts.time(left)).append(" left"));
        return text.toString();
    }

    private static List<String> remarks(PipelineStatus status) {
        return Stream.concat(
                        status.problems().stream(),
                        status.tables().stream()
                                .filter(table -> !table.remark().isEmpty())
                                .map(table -> table.table() + ": " + table.remark()))
                .toList();
    }
}
