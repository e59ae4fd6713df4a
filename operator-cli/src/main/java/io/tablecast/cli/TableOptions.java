// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.cli.pipeline.CapturedTable;
import io.tablecast.cli.pipeline.Pipeline;
import io.tablecast.cli.pipeline.PipelineSource;
import io.tablecast.cli.pipeline.TableNames;
import io.tablecast.contract.table.TableId;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Parameters;

/** The source tables that a command is about. */
final class TableOptions {

    @Parameters(
            arity = "0..*",
            paramLabel = "TABLE",
            description = "Source tables as schema.table, or patterns with * and ? in quotes.")
    private List<String> names = List.of();

    boolean isEmpty() {
        return names.isEmpty();
    }

    /**
     * Those of each source that are meant; all tables where none is named.
     *
     * @throws NothingFoundException when a name or pattern means no table of any source
     */
    Map<PipelineSource, List<CapturedTable>> among(Pipeline pipeline) {
        Set<TableId> wanted = wanted(pipeline.allTables());
        Map<PipelineSource, List<CapturedTable>> chosen = new LinkedHashMap<>();
        for (PipelineSource source : pipeline.sources()) {
            List<CapturedTable> tables = pipeline.tables(source).stream()
                    .filter(table -> wanted.contains(table.id()))
                    .toList();
            if (!tables.isEmpty()) {
                chosen.put(source, tables);
            }
        }
        return chosen;
    }

    private Set<TableId> wanted(List<TableId> all) {
        if (names.isEmpty()) {
            return Set.copyOf(all);
        }
        Set<TableId> wanted = new LinkedHashSet<>();
        for (String name : names) {
            List<TableId> meant = TableNames.matching(name, all);
            if (meant.isEmpty()) {
                throw NothingFoundException.of(
                        "captured table",
                        name,
                        all.stream().map(TableId::toString).toList());
            }
            wanted.addAll(meant);
        }
        return wanted;
    }
}
