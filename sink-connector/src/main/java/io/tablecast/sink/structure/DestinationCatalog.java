// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.table.Identity;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.type.CatalogTypes;
import io.tablecast.contract.type.TypedColumn;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads destination tables from PostgreSQL's catalog, as the caller's transaction sees it. */
public final class DestinationCatalog {

    private static final String RELATION = """
            SELECT c.oid::int8, c.relkind
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = ? AND c.relname = ?
            """;

    private static final String COLUMN_KINDS = """
            SELECT attname, attidentity, attgenerated, atthasdef
            FROM pg_catalog.pg_attribute
            WHERE attrelid = ?::oid AND attnum > 0 AND NOT attisdropped
            """;

    private static final String UNIQUE_INDEXES = """
            SELECT c.relname, i.indisprimary, i.indpred IS NULL AND i.indexprs IS NULL, i.indimmediate,
                   ARRAY(SELECT a.attname::text
                         FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
                         JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
                         WHERE k.place <= i.indnkeyatts
                         ORDER BY k.place)
            FROM pg_catalog.pg_index i
            JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
            WHERE i.indrelid = ?::oid AND i.indisunique AND i.indisvalid
            ORDER BY i.indisprimary DESC, c.relname
            """;

    // What a view reads, without looking at its text, which any name may appear in.
    private static final String VIEW_SOURCES = """
            SELECT DISTINCT c.oid::int8, n.nspname, c.relname, c.relkind
            FROM pg_catalog.pg_rewrite r
            JOIN pg_catalog.pg_depend d
              ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid
             AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid <> r.ev_class
            JOIN pg_catalog.pg_class c ON c.oid = d.refobjid
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE r.ev_class = ?::oid AND r.ev_type = '1'
            """;

    private DestinationCatalog() {}

    /** The table of that name, or empty if the name is free (or its schema does not exist). */
    public static Optional<DestinationTable> read(Connection connection, TableId id, IdentifierCase identifierCase)
            throws SQLException {
        return read(connection, id).map(table -> table.in(identifierCase));
    }

    /** The same, with columns called as the source's. */
    public static Optional<DestinationTable> read(Connection connection, TableId id) throws SQLException {
        Optional<Relation> found = relation(connection, id);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        Relation named = found.get();
        Relation storage = named.kind() == RelationKind.VIEW
                ? behindView(connection, named).orElse(named)
                : named;
        return Optional.of(new DestinationTable(
                id,
                named.oid(),
                named.kind(),
                storage.id(),
                columns(connection, named.oid()),
                uniqueIndexes(connection, storage.oid()),
                IdentifierCase.KEEP,
                FormerNames.NONE));
    }

    /** Whether no table, view, index or sequence has that name. */
    public static boolean isFree(Connection connection, TableId name) throws SQLException {
        return relation(connection, name).isEmpty();
    }

    private static Optional<Relation> relation(Connection connection, TableId id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RELATION)) {
            statement.setString(1, id.schema());
            statement.setString(2, id.name());
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next()
                        ? Optional.of(new Relation(rows.getLong(1), id, RelationKind.ofCode(rows.getString(2))))
                        : Optional.empty();
            }
        }
    }

    private static Optional<Relation> behindView(Connection connection, Relation view) throws SQLException {
        List<Relation> sources = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(VIEW_SOURCES)) {
            statement.setLong(1, view.oid());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    sources.add(new Relation(
                            rows.getLong(1),
                            new TableId(rows.getString(2), rows.getString(3)),
                            RelationKind.ofCode(rows.getString(4))));
                }
            }
        }
        return sources.size() == 1 && isSnapshotOf(view.id(), sources.get(0))
                ? Optional.of(sources.get(0))
                : Optional.empty();
    }

    private static boolean isSnapshotOf(TableId view, Relation source) {
        return source.kind() == RelationKind.TABLE
                && source.id().schema().equals(view.schema())
                && Names.isSnapshotTable(view.name(), source.id().name());
    }

    private static List<DestinationColumn> columns(Connection connection, long oid) throws SQLException {
        Map<String, ColumnKind> kinds = columnKinds(connection, oid);
        List<DestinationColumn> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(CatalogTypes.QUERY)) {
            statement.setLong(1, oid);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    TypedColumn typed = typeRow(rows).toColumn();
                    ColumnKind kind = kinds.get(typed.name());
                    columns.add(new DestinationColumn(typed, kind.identity(), kind.isGenerated(), kind.hasDefault()));
                }
            }
        }
        return columns;
    }

    private static CatalogTypes.Row typeRow(ResultSet rows) throws SQLException {
        return new CatalogTypes.Row(
                rows.getString(1),
                rows.getBoolean(2),
                rows.getLong(3),
                rows.getString(4),
                rows.getLong(5),
                rows.getLong(6),
                rows.getString(7),
                rows.getString(8),
                rows.getInt(9),
                rows.getString(10),
                rows.getInt(11),
                texts(rows.getArray(12)));
    }

    private static Map<String, ColumnKind> columnKinds(Connection connection, long oid) throws SQLException {
        Map<String, ColumnKind> kinds = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(COLUMN_KINDS)) {
            statement.setLong(1, oid);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    kinds.put(
                            rows.getString(1),
                            new ColumnKind(
                                    identity(rows.getString(2)),
                                    !rows.getString(3).isEmpty(),
                                    rows.getBoolean(4)));
                }
            }
        }
        return kinds;
    }

    private static Identity identity(String code) {
        return switch (code) {
            case "a" -> Identity.ALWAYS;
            case "d" -> Identity.BY_DEFAULT;
            default -> Identity.NONE;
        };
    }

    private static List<UniqueIndex> uniqueIndexes(Connection connection, long oid) throws SQLException {
        List<UniqueIndex> indexes = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(UNIQUE_INDEXES)) {
            statement.setLong(1, oid);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    indexes.add(new UniqueIndex(
                            rows.getString(1),
                            texts(rows.getArray(5)),
                            rows.getBoolean(2),
                            rows.getBoolean(3),
                            rows.getBoolean(4)));
                }
            }
        }
        return indexes;
    }

    private static List<String> texts(Array array) throws SQLException {
        return List.of((String[]) array.getArray());
    }

    private record Relation(long oid, TableId id, RelationKind kind) {}

    private record ColumnKind(Identity identity, boolean isGenerated, boolean hasDefault) {}
}
