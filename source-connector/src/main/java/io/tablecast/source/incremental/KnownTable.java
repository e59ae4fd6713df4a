// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.offset.ControlType;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.RecordSettings;
import io.tablecast.source.config.TableSettings;
import io.tablecast.source.postgres.EnumLabels;
import io.tablecast.source.postgres.Hashes;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.source.postgres.TableColumns;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A table as it was when it was last looked at, so that the catalog is only read again after a change.
 *
 * @param structure fingerprints of columns and files
 * @param shape changes whenever a column, an index or a label of an enum does
 */
record KnownTable(
        String structure,
        String shape,
        SourceTable table,
        ControlColumn control,
        TableColumns columns,
        PageQuery queries)
        implements SeenTable {

    /** SQLSTATE lock_not_available: try again. */
    private static final String AGAIN = "55P03";

    KnownTable {
        requireNonNull(structure, "structure is null");
        requireNonNull(shape, "shape is null");
        requireNonNull(table, "table is null");
        requireNonNull(control, "control is null");
        requireNonNull(columns, "columns is null");
        requireNonNull(queries, "queries is null");
    }

    /**
     * Reads the table in the connection's transaction.
     *
     * @throws UnusableControlException when its control column cannot serve
     */
    static KnownTable read(Connection connection, RecordSettings records, TableId id, TableSettings settings)
            throws SQLException {
        Mark mark = Mark.read(connection, id);
        SourceTable table =
                new SourceCatalog(connection, records).table(id, settings).orElseThrow(() -> missing(id));
        ControlColumn control = ControlColumn.find(connection, table);
        return new KnownTable(
                mark.structure(),
                mark.shape(),
                table,
                control,
                TableColumns.read(connection, table),
                new PageQuery(table, control));
    }

    /** The table as it is in the connection's transaction. */
    KnownTable refreshed(Connection connection, RecordSettings records) throws SQLException {
        Mark now = Mark.read(connection, table.id());
        return now.shape().equals(shape)
                ? new KnownTable(now.structure(), shape, table, control, columns, queries)
                : read(connection, records, table.id(), table.settings());
    }

    /**
     * Whether an ALTER TABLE may have changed rows since a structure was noted: it touches the columns and writes a new
     * file, while TRUNCATE and VACUUM FULL only do the latter.
     */
    boolean mayBeRewrittenSince(String noted) {
        return !noted.substring(0, noted.indexOf('.') + 1).equals(structure.substring(0, structure.indexOf('.') + 1))
                && !noted.substring(noted.indexOf('.') + 1).equals(structure.substring(structure.indexOf('.') + 1));
    }

    @Override
    public String controlName() {
        return control.name();
    }

    @Override
    public ControlType controlType() {
        return control.type();
    }

    @Override
    public String columnsText() {
        return columns.json();
    }

    @Override
    public String selection() {
        return selectionOf(table);
    }

    /** See {@link #selection}. */
    static String selectionOf(SourceTable table) {
        return Hashes.text(table.settings().condition() + "\n" + table.key().columns());
    }

    // It may be dropped and created again; whoever dropped it for good takes it out of the configuration.
    private static SQLException missing(TableId id) {
        return new SQLException("Table " + id + " does not exist; it is read when it is there again", AGAIN);
    }

    /**
     * What a table looks like in the catalog.
     *
     * @param columns changes whenever a column does
     * @param keys changes whenever an index does
     * @param labels changes whenever a label of an enum does
     * @param files changes whenever a file that holds rows does
     */
    private record Mark(String columns, String keys, String labels, String files) {
        static Mark read(Connection connection, TableId id) throws SQLException {
            // Of pg_class, as the transaction sees it: pg_relation_filenode() would show what commits meanwhile.
            try (PreparedStatement query = connection.prepareStatement("""
                    SELECT (SELECT string_agg(a.attnum || ':' || a.xmin, ',' ORDER BY a.attnum)
                            FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0),
                           (SELECT string_agg(i.indexrelid || ':' || i.xmin, ',' ORDER BY i.indexrelid)
                            FROM pg_catalog.pg_index i WHERE i.indrelid = c.oid),
                           %s,
                           CASE WHEN c.relhassubclass THEN
                               (WITH RECURSIVE tree(relation) AS (
                                    SELECT c.oid
                                    UNION
                                    SELECT i.inhrelid
                                    FROM tree JOIN pg_catalog.pg_inherits i ON i.inhparent = tree.relation)
                                SELECT string_agg(f.oid || ':' || f.relfilenode, ',' ORDER BY f.oid)
                                FROM tree JOIN pg_catalog.pg_class f ON f.oid = tree.relation)
                           ELSE c.oid || ':' || c.relfilenode END
                    FROM pg_catalog.pg_class c
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = ? AND c.relname = ?""".formatted(EnumLabels.MARK))) {
                query.setString(1, id.schema());
                query.setString(2, id.name());
                try (ResultSet result = query.executeQuery()) {
                    if (!result.next()) {
                        throw missing(id);
                    }
                    return new Mark(
                            Hashes.text(String.valueOf(result.getString(1))),
                            Hashes.text(String.valueOf(result.getString(2))),
                            result.getString(3),
                            Hashes.text(result.getString(4)));
                }
            }
        }

        String shape() {
            return columns + "." + keys + "." + labels;
        }

        /** The form in which offsets keep it. */
        String structure() {
            return columns + "." + files;
        }
    }
}
