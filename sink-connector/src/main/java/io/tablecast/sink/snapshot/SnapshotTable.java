// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.structure.Names;
import io.tablecast.sink.structure.TableDesign;

/**
 * The table that a load fills aside.
 *
 * @param suffix of its name, and of its indexes' names
 */
record SnapshotTable(TableId id, String suffix, TableDesign design) {

    static SnapshotTable create(LoadPlan plan, TableDesign design) {
        String suffix = Names.snapshotSuffix(plan.load());
        TableId destination = plan.table();
        return new SnapshotTable(
                new TableId(destination.schema(), Names.withSuffix(destination.name(), suffix)), suffix, design);
    }
}
