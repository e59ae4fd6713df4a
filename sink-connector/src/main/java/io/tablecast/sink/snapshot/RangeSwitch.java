// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.TableShape;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Puts the loaded rows in the place of those in the same range; the other rows stay. Where rows have a key only what
 * differs is written, and a row that comes from outside of the range replaces the one with its key.
 */
final class RangeSwitch implements SnapshotSwitch {

    private final LoadPlan plan;
    private final KeptTable kept;
    private final MergeSwitch byKey;

    RangeSwitch(LoadPlan plan) {
        this.plan = plan;
        this.kept = new KeptTable(plan);
        this.byKey = new MergeSwitch(plan);
    }

    @Override
    public void check(Connection connection) throws SQLException {
        kept.read(connection);
    }

    @Override
    public void complete(Connection connection, SnapshotTable loaded) throws SQLException {
        if (isByKey(connection, loaded)) {
            byKey.complete(connection, loaded);
        }
    }

    @Override
    public Switched run(Connection connection, SnapshotTable loaded) throws SQLException {
        if (isByKey(connection, loaded)) {
            return byKey.run(connection, loaded);
        }
        DestinationTable existing = kept.read(connection).orElseThrow();
        DestinationTable table = kept.fitted(connection, existing);
        String name = Identifiers.quote(table.id());
        String columns = KeptTable.list(kept.columns(connection, table, loaded.id()));
        Sql.execute(
                connection,
                "DELETE FROM " + name + " AS d WHERE "
                        + RowRange.of(plan, table).condition());
        Sql.execute(
                connection,
                "INSERT INTO " + name + " (" + columns + ") OVERRIDING SYSTEM VALUE SELECT " + columns + " FROM "
                        + Identifiers.quote(loaded.id()));
        KeptTable.drop(connection, loaded.id());
        return new Switched(table.id(), !table.equals(existing), List.of());
    }

    // A table that is made of the first range is made in the same way as one of a whole snapshot.
    private boolean isByKey(Connection connection, SnapshotTable loaded) throws SQLException {
        Optional<DestinationTable> existing = kept.read(connection);
        boolean hasKey = !loaded.design().keyColumns().isEmpty();
        return existing.isEmpty() || (hasKey && plan.settings().shape().repetition() == TableShape.Repetition.REFUSED);
    }
}
