// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.Sequences;
import io.tablecast.sink.structure.StructureMismatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Empties the destination and fills it from the loaded table. Readers are locked out for the copy inside the database
 * only; readers whose snapshot is older see it empty, because TRUNCATE is not MVCC-safe.
 *
 * @see <a href="https://www.postgresql.org/docs/current/mvcc-caveats.html">Caveats</a>
 */
final class TruncateSwitch implements SnapshotSwitch {

    private static final String REFERRING = """
            SELECT DISTINCT conrelid::regclass::text FROM pg_catalog.pg_constraint
            WHERE confrelid = ?::regclass AND contype = 'f' AND conrelid <> confrelid
            ORDER BY 1
            """;

    private final LoadPlan plan;
    private final KeptTable kept;
    private final RenameSwitch firstTime;

    TruncateSwitch(LoadPlan plan) {
        this.plan = plan;
        this.kept = new KeptTable(plan);
        this.firstTime = new RenameSwitch(plan);
    }

    @Override
    public void check(Connection connection) throws SQLException {
        boolean isThere = kept.read(connection).isPresent();
        if (!isThere || plan.settings().truncateReach() == LoadSettings.TruncateReach.CASCADE) {
            return;
        }
        List<String> referring =
                Sql.query(connection, REFERRING, row -> row.getString(1), Identifiers.quote(plan.table()));
        if (!referring.isEmpty()) {
            throw new StructureMismatch(
                    plan.table(),
                    "it cannot be emptied, because " + String.join(", ", referring) + " refers to it by a foreign key",
                    "Set truncate.cascade=true to have those emptied as well, or snapshot.apply=merge.");
        }
    }

    @Override
    public void complete(Connection connection, SnapshotTable loaded) throws SQLException {
        if (kept.read(connection).isEmpty()) {
            firstTime.complete(connection, loaded);
        }
    }

    @Override
    public Switched run(Connection connection, SnapshotTable loaded) throws SQLException {
        Optional<DestinationTable> existing = kept.read(connection);
        if (existing.isEmpty()) {
            return firstTime.run(connection, loaded);
        }
        DestinationTable table = kept.fitted(connection, existing.get());
        String name = Identifiers.quote(table.id());
        String columns = KeptTable.list(kept.columns(connection, table, loaded.id()));
        String reach = plan.settings().truncateReach() == LoadSettings.TruncateReach.CASCADE ? " CASCADE" : "";
        Sql.execute(connection, "TRUNCATE " + name + reach);
        Sql.execute(
                connection,
                "INSERT INTO " + name + " (" + columns + ") OVERRIDING SYSTEM VALUE SELECT " + columns + " FROM "
                        + Identifiers.quote(loaded.id()));
        if (plan.settings().sequenceReset() == LoadSettings.SequenceReset.ADVANCED) {
            Sequences.advance(connection, table.id(), loaded.design().sequences());
        }
        KeptTable.drop(connection, loaded.id());
        return new Switched(table.id(), !table.equals(existing.get()), List.of());
    }
}
