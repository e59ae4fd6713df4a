// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tablecast.cli.connect.Deployed;
import io.tablecast.cli.status.CopyProgress;
import io.tablecast.cli.status.PipelineStatus;
import io.tablecast.cli.status.TableStatus;
import java.util.Locale;

/**
 * The status for programs: <code>{"level", "connectors": [{"name", "kind", "state", "tasks", "failure"}], "tables":
 * [{"table", "source", "sink", "destination", "mode", "state", "level", "lag_seconds", "rows", "copy", "remark"}],
 * "problems": []}</code>; what is not known is left out.
 */
final class StatusJson {

    private StatusJson() {}

    static ObjectNode of(PipelineStatus status) {
        ObjectNode root = Json.object();
        root.put("level", status.level().name().toLowerCase(Locale.ROOT));
        ArrayNode connectors = root.putArray("connectors");
        status.connectors().forEach(connector -> describe(connector, connectors.addObject()));
        ArrayNode tables = root.putArray("tables");
        status.tables().forEach(table -> describe(table, tables.addObject()));
        ArrayNode problems = root.putArray("problems");
        status.problems().forEach(problems::add);
        return root;
    }

    private static void describe(Deployed connector, ObjectNode node) {
        node.put("name", connector.name());
        node.put("kind", connector.kind().name().toLowerCase(Locale.ROOT));
        node.put("state", connector.state().toLowerCase(Locale.ROOT));
        node.put("tasks", connector.tasks().size());
        connector.failure().ifPresent(reason -> node.put("failure", reason));
    }

    private static void describe(TableStatus table, ObjectNode node) {
        node.put("table", table.table().toString());
        node.put("source", table.source());
        table.sink().ifPresent(sink -> node.put("sink", sink));
        table.destination().ifPresent(destination -> node.put("destination", destination.toString()));
        node.put("mode", table.mode());
        node.put("state", table.state().text());
        node.put("level", table.level().name().toLowerCase(Locale.ROOT));
        table.lagSeconds().ifPresent(seconds -> node.put("lag_seconds", seconds));
        table.rows().ifPresent(rows -> node.put("rows", rows));
        table.copy().ifPresent(copy -> describe(copy, node.putObject("copy")));
        if (!table.remark().isEmpty()) {
            node.put("remark", table.remark());
        }
    }

    private static void describe(CopyProgress copy, ObjectNode node) {
        node.put("phase", copy.phase());
        node.put("rows", copy.rows());
        copy.estimatedRows().ifPresent(rows -> node.put("estimated_rows", rows));
        copy.rowsPerSecond().ifPresent(rate -> node.put("rows_per_second", rate));
        copy.secondsLeft().ifPresent(seconds -> node.put("seconds_left", seconds));
    }
}
