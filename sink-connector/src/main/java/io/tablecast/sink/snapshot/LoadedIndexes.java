// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import io.tablecast.sink.structure.DestinationCatalog;
import io.tablecast.sink.structure.IndexCopy;
import io.tablecast.sink.structure.Names;
import io.tablecast.sink.structure.Sequences;
import io.tablecast.sink.structure.StructureMismatch;
import io.tablecast.sink.structure.TableCreator;
import io.tablecast.sink.structure.TableDesign;
import java.sql.Connection;
import java.sql.SQLException;

/** Key, indexes, statistics and sequences of a table after its rows were loaded. */
final class LoadedIndexes {

    private static final String UNIQUE_VIOLATION = "23505";

    private LoadedIndexes() {}

    /** Creates the key and the source's secondary indexes, as configured. */
    static void create(Connection connection, LoadPlan plan, SnapshotTable loaded) throws SQLException {
        key(connection, plan, loaded);
        TableCreator.createIndexes(connection, loaded.design(), loaded.id(), loaded.suffix());
        Sequences.advance(connection, loaded.id(), loaded.design().sequences());
    }

    /** Creates the key alone. */
    static void key(Connection connection, LoadPlan plan, SnapshotTable loaded) throws SQLException {
        TableDesign design = loaded.design();
        if (hasKey(connection, loaded)) {
            return;
        }
        if (plan.isPeriodic() && plan.settings().shape().indexes() == IndexCopy.NONE) {
            return;
        }
        try {
            TableCreator.createKey(
                    connection, design, loaded.id(), Names.withSuffix(design.keyName(), loaded.suffix()));
        } catch (SQLException e) {
            if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
                throw new StructureMismatch(
                        plan.table(),
                        "rows of the snapshot have the same key " + design.keyColumns() + ": " + e.getMessage(),
                        "Set key.columns at the source to columns that tell all rows apart, or indexes=none where the"
                                + " table is only ever copied as a whole.",
                        e);
            }
            throw e;
        }
    }

    // Staged loads into which changes go need it from the start.
    private static boolean hasKey(Connection connection, SnapshotTable loaded) throws SQLException {
        return DestinationCatalog.read(connection, loaded.id())
                .flatMap(table -> table.conflictIndex(loaded.design().keyColumns()))
                .isPresent();
    }

    /** Creates what indexes somebody added to the table that is swapped out. */
    static void carry(Connection connection, LoadPlan plan, SnapshotTable loaded, TableId previous)
            throws SQLException {
        if (plan.settings().shape().indexes() != IndexCopy.NONE) {
            TableCreator.carryIndexes(connection, loaded.design(), previous, loaded.id(), loaded.suffix());
        }
    }

    static void analyze(Connection connection, SnapshotTable loaded) throws SQLException {
        Sql.execute(connection, "ANALYZE " + Identifiers.quote(loaded.id()));
    }
}
