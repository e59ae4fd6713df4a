// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static io.tablecast.source.postgres.Identifiers.quote;
import static java.util.Objects.requireNonNull;

import io.tablecast.source.postgres.SourceTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes the stored values of deleted rows rows of the table as it is now: columns that were renamed since have their new
 * name, dropped ones are left out, added ones have the value that they show for all earlier rows. Immutable.
 *
 * @param columns all columns of the table
 * @param judgement whether the table's condition can be asked about a row that is gone
 */
record StoredRow(List<StoredColumn> columns, Judgement judgement) {

    private static final String COLUMNS = """
            WITH RECURSIVE tree(relation) AS (
                SELECT ?::oid
                UNION
                SELECT i.inhrelid FROM tree JOIN pg_catalog.pg_inherits i ON i.inhparent = tree.relation
            ), base(number, type) AS (
                SELECT attnum, atttypid FROM pg_catalog.pg_attribute
                WHERE attrelid = ?::oid AND attnum > 0 AND NOT attisdropped
                UNION ALL
                SELECT base.number, t.typbasetype FROM base JOIN pg_catalog.pg_type t ON t.oid = base.type
                WHERE t.typtype = 'd')
            SELECT a.attnum, a.attname, t.typname = 'timestamptz' AND n.nspname = 'pg_catalog' AS is_instant,
                   pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.typname) AS type,
                   CASE WHEN a.attgenerated = 'v' THEN pg_catalog.pg_get_expr(d.adbin, d.adrelid) END AS computed,
                   (SELECT pg_catalog.quote_literal(min((m.attmissingval::text::text[])[1]))
                    FROM tree JOIN pg_catalog.pg_attribute m ON m.attrelid = tree.relation
                    WHERE m.attname = a.attname AND m.atthasmissing
                    HAVING count(DISTINCT m.attmissingval::text) = 1) AS earlier
            FROM pg_catalog.pg_attribute a
            JOIN base ON base.number = a.attnum
            JOIN pg_catalog.pg_type t ON t.oid = base.type AND t.typtype <> 'd'
            JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
            LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = ?::oid
            ORDER BY a.attnum""";

    StoredRow {
        requireNonNull(judgement, "judgement is null");
        columns = List.copyOf(columns);
    }

    static StoredRow read(Connection connection, SourceTable table, Judgement judgement) throws SQLException {
        List<StoredColumn> columns = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(COLUMNS)) {
            for (int parameter = 1; parameter <= 3; parameter++) {
                query.setLong(parameter, table.oid());
            }
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    columns.add(new StoredColumn(
                            rows.getInt("attnum"),
                            rows.getString("attname"),
                            rows.getString("type"),
                            rows.getBoolean("is_instant"),
                            orEmpty(rows.getString("computed")),
                            orEmpty(rows.getString("earlier"))));
                }
            }
        }
        return new StoredRow(columns, judgement);
    }

    /**
     * A query for at most one row: {@code tablecast chosen}, whether the condition held, and the table's columns.
     *
     * @param change the alias of a queue row
     */
    String query(SourceTable table, String change) {
        String alias = quote(table.id().name());
        List<String> stored = new ArrayList<>();
        List<String> computed = new ArrayList<>();
        for (StoredColumn column : columns) {
            (column.isComputed() ? computed : stored).add(column.expression(change) + " AS " + quote(column.name()));
        }
        String rows = "(SELECT " + String.join(", ", stored) + ") AS " + alias;
        if (!computed.isEmpty()) {
            rows = "(SELECT " + alias + ".*, " + String.join(", ", computed) + " FROM " + rows + ") AS " + alias;
        }
        String chosen = judgement == Judgement.OF_ROW_ALONE ? table.condition() : "true";
        return "SELECT coalesce(" + chosen + ", false) AS \"tablecast chosen\", " + alias + ".* FROM " + rows;
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }

    /** What a table's condition asks. */
    enum Judgement {
        /** Only the row's own columns: it gives the same answer when the row is gone. */
        OF_ROW_ALONE,
        /** Other tables, the time, or what cannot be known. */
        OF_MORE
    }

    /**
     * A column of the table.
     *
     * @param number its number in the table
     * @param type its type in SQL, with its schema and without a modifier; a domain's base type, because a row may be
     *     older than the domain's constraint
     * @param isInstant whether that is timestamptz; columns that were timestamps may have become it as they were
     * @param computed the expression of a virtual generated column, or empty
     * @param earlier a literal of the value of rows that are older than the column, or empty
     */
    record StoredColumn(int number, String name, String type, boolean isInstant, String computed, String earlier) {
        StoredColumn {
            requireNonNull(name, "name is null");
            requireNonNull(type, "type is null");
            requireNonNull(computed, "computed is null");
            requireNonNull(earlier, "earlier is null");
        }

        boolean isComputed() {
            return !computed.isEmpty();
        }

        String expression(String change) {
            if (isComputed()) {
                return "(" + computed + ")";
            }
            String text = "%1$s.old_values[array_position(%1$s.old_columns, %2$d::int2)]".formatted(change, number);
            if (!earlier.isEmpty()) {
                text = "(CASE WHEN %d = ANY (%s.old_columns) THEN %s ELSE %s END)"
                        .formatted(number, change, text, earlier);
            }
            return isInstant ? text + "::timestamp AT TIME ZONE 'UTC'" : text + "::" + type;
        }
    }
}
