// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import io.tablecast.sink.structure.ColumnDrop;
import io.tablecast.sink.structure.DestinationCatalog;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.StructureMismatch;
import io.tablecast.sink.structure.TableLock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A view over the table of the last snapshot into which changes of rows are written: the table follows the source's columns,
 * and the view shows them. Everything happens in the caller's transaction, which has autocommit off. What reads the view
 * stays as it is, or is put up again where PostgreSQL does not let a column change under it.
 */
public final class FollowedView {

    private static final String NUMBERS = """
            SELECT attnum, attname FROM pg_catalog.pg_attribute
            WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped
            """;

    private final Connection connection;
    private final SnapshotView view;
    private final Duration lockTimeout;

    /**
     * A view to be altered.
     *
     * @param columnDrop whether it still shows columns that the source has dropped
     * @param lockTimeout how long it waits for readers, before it fails with SQLSTATE 55P03
     */
    public FollowedView(Connection connection, TableId id, ColumnDrop columnDrop, Duration lockTimeout) {
        this.connection = requireNonNull(connection, "connection is null");
        this.view = new SnapshotView(id, columnDrop);
        this.lockTimeout = requireNonNull(lockTimeout, "lockTimeout is null");
    }

    /** Alters a table, and returns it as it is afterwards. */
    public interface Change {
        DestinationTable of(TableId table) throws SQLException;
    }

    /**
     * Alters the table behind the view, and the view with it. If it is no such view any more, what has its name is altered.
     *
     * @return what readers use, as it is afterwards
     * @throws StructureMismatch if something depends on the view that stands in the way
     */
    public DestinationTable follow(Change change) throws SQLException {
        TableLock.acquire(connection, view.id());
        Optional<DestinationTable> found = DestinationCatalog.read(connection, view.id());
        if (found.isEmpty() || !found.get().isSnapshotView()) {
            return change.of(view.id());
        }
        TableId table = found.get().storage();
        Sql.execute(connection, "SET LOCAL lock_timeout = '" + lockTimeout.toMillis() + "ms'");
        Savepoint before = connection.setSavepoint();
        DestinationTable followed;
        try {
            followed = inPlace(table, change);
        } catch (StructureMismatch e) {
            if (!isForViews(e)) {
                throw e;
            }
            connection.rollback(before);
            followed = anew(table, change);
        }
        Sql.execute(connection, "SET LOCAL lock_timeout TO DEFAULT");
        return DestinationCatalog.read(connection, view.id())
                .orElseThrow()
                .in(followed.identifierCase())
                .withFormerNames(followed.formerNames());
    }

    private DestinationTable inPlace(TableId table, Change change) throws SQLException {
        Map<Integer, String> before = numbers(table);
        DestinationTable followed = change.of(table);
        for (Map.Entry<String, String> rename : renames(before, numbers(table)).entrySet()) {
            Sql.execute(
                    connection,
                    "ALTER VIEW " + Identifiers.quote(view.id()) + " RENAME COLUMN "
                            + Identifiers.quote(rename.getKey()) + " TO " + Identifiers.quote(rename.getValue()));
        }
        view.show(connection, table, ViewColumn.of(connection, table));
        return followed;
    }

    private DestinationTable anew(TableId table, Change change) throws SQLException {
        Map<Integer, String> before = numbers(table);
        List<ViewColumn> shown = ViewColumn.of(connection, view.id());
        ViewRebuild rebuild = ViewRebuild.takeDown(connection, view.id());
        DestinationTable followed = change.of(table);
        Map<String, String> renames = renames(before, numbers(table));
        List<ViewColumn> others = shown.stream()
                .filter(column -> !renames.containsKey(column.name()))
                .toList();
        rebuild.putUp(view.anew(table, ViewColumn.of(connection, table), others));
        return followed;
    }

    // 2BP01: a column is dropped that the view shows. 0A000: the type of one changes.
    private static boolean isForViews(StructureMismatch refusal) {
        return refusal.getCause() instanceof SQLException cause
                && ("2BP01".equals(cause.getSQLState()) || "0A000".equals(cause.getSQLState()));
    }

    private Map<Integer, String> numbers(TableId table) throws SQLException {
        Map<Integer, String> names = new HashMap<>();
        Sql.query(connection, NUMBERS, row -> names.put(row.getInt(1), row.getString(2)), Identifiers.quote(table));
        return names;
    }

    private static Map<String, String> renames(Map<Integer, String> before, Map<Integer, String> after) {
        Map<String, String> renames = new HashMap<>();
        before.forEach((number, name) -> {
            String now = after.getOrDefault(number, name);
            if (!now.equals(name)) {
                renames.put(name, now);
            }
        });
        return renames;
    }
}
