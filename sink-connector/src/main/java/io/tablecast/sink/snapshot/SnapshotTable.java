// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.structure.Names;
import io.tablecast.sink.structure.TableDesign;
import io.tablecast.sink.structure.TableDesigner;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The table that a load fills aside.
 *
 * @param suffix of its name, and of its indexes' names
 */
record SnapshotTable(TableId id, String suffix, TableDesign design) {

    /** The table of a load, designed but not created. */
    static SnapshotTable design(Connection connection, LoadPlan plan) throws SQLException {
        TableDesign design = TableDesigner.ofStructure(
                connection,
                plan.table(),
                plan.begin().structure(),
                plan.row(),
                plan.settings().shape());
        return new SnapshotTable(name(plan), Names.snapshotSuffix(plan.load()), design);
    }

    /** Its name. */
    static TableId name(LoadPlan plan) {
        TableId destination = plan.table();
        return new TableId(
                destination.schema(), Names.withSuffix(destination.name(), Names.snapshotSuffix(plan.load())));
    }
}
