// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;

/** The column that says when a row was deleted at the source. */
public final class SoftDeleteColumn {

    private static final String TYPE = "timestamp with time zone";

    private SoftDeleteColumn() {}

    /**
     * Whether the table has it.
     *
     * @throws StructureMismatch if the table has a column of that name that cannot take times
     */
    public static boolean isIn(DestinationTable table, SoftDelete softDelete) {
        Optional<DestinationColumn> column = table.named(softDelete.column());
        column.filter(found -> !found.typed().type().name().equals(TYPE)).ifPresent(found -> {
            throw new StructureMismatch(
                    table.id(),
                    "its column \"" + found.name() + "\" is of type "
                            + found.typed().type().name() + " and cannot say when a row was deleted",
                    "Make it timestamptz, or name another column in soft.delete.column.");
        });
        return column.isPresent();
    }

    /**
     * Adds the column and its index, which holds only deleted rows, in the caller's transaction; returns the table as it
     * is afterwards. Waits for readers for the lock timeout at most, then fails with SQLSTATE 55P03.
     */
    public static DestinationTable add(Connection connection, TableId id, SoftDelete softDelete, Duration lockTimeout)
            throws SQLException {
        TableLock.acquire(connection, id);
        DestinationTable table = DestinationCatalog.read(connection, id).orElseThrow();
        if (isIn(table, softDelete)) {
            return table;
        }
        if (table.kind() != RelationKind.TABLE && table.kind() != RelationKind.PARTITIONED_TABLE) {
            throw new StructureMismatch(
                    id,
                    "delete.mode=soft needs a column \"" + softDelete.column() + "\", and it is "
                            + table.kind().words(),
                    "Add the column by hand, or set delete.mode=delete.");
        }
        String column = Identifiers.quote(softDelete.column());
        Sql.execute(connection, "SET LOCAL lock_timeout = '" + lockTimeout.toMillis() + "ms'");
        Sql.execute(connection, "ALTER TABLE " + Identifiers.quote(id) + " ADD COLUMN " + column + " timestamptz");
        Sql.execute(
                connection,
                "CREATE INDEX ON " + Identifiers.quote(id) + " (" + column + ") WHERE " + column + " IS NOT NULL");
        Sql.execute(connection, "SET LOCAL lock_timeout TO DEFAULT");
        return DestinationCatalog.read(connection, id).orElseThrow();
    }
}
