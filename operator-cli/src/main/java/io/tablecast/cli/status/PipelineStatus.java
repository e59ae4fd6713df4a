// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.status;

import io.tablecast.cli.connect.Deployed;
import java.util.List;

/**
 * How a pipeline does.
 *
 * @param problems what could not be asked, and connectors that have failed
 */
public record PipelineStatus(List<Deployed> connectors, List<TableStatus> tables, List<String> problems) {
    public PipelineStatus {
        connectors = List.copyOf(connectors);
        tables = List.copyOf(tables);
        problems = List.copyOf(problems);
    }

    /** The worst of it. */
    public Level level() {
        Level worst = problems.isEmpty() ? Level.OK : Level.CRITICAL;
        for (TableStatus table : tables) {
            worst = worst.or(table.level());
        }
        return worst;
    }
}
