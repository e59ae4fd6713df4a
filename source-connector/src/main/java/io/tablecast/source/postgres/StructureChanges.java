// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.Column;
import io.tablecast.source.postgres.TableColumns.Numbered;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Tells what has changed between two states of a table's columns. Rows that a change altered without a trigger firing
 * must follow from the change alone; where they do not (a rewrite with USING, a volatile default), only a new copy is
 * right.
 */
public final class StructureChanges {

    private StructureChanges() {}

    /**
     * The changes in the order in which they can be made.
     *
     * @param relation the table's oid
     * @return empty when the table must be copied again
     */
    public static Optional<List<SchemaChange>> between(
            Connection connection, long relation, TableColumns before, TableColumns after) throws SQLException {
        List<SchemaChange> changes = new ArrayList<>();
        for (Numbered old : before.columns()) {
            if (after.column(old.number()).isEmpty()) {
                changes.add(new SchemaChange.Drop(old.column().name()));
            }
        }
        for (Numbered now : after.columns()) {
            Optional<Column> old = before.column(now.number());
            if (old.isEmpty()) {
                continue;
            }
            if (!old.get().name().equals(now.column().name())) {
                if (before.hasName(now.column().name())) {
                    return Optional.empty();
                }
                changes.add(
                        new SchemaChange.Rename(old.get().name(), now.column().name()));
            }
            boolean isRetyped = !old.get().type().equals(now.column().type());
            if (isRetyped || old.get().nullable() != now.column().nullable()) {
                changes.add(new SchemaChange.Type(now.column()));
            }
        }
        for (Numbered now : after.columns()) {
            if (before.column(now.number()).isPresent()) {
                continue;
            }
            Optional<Column> added = added(connection, relation, before, now);
            if (added.isEmpty()) {
                return Optional.empty();
            }
            changes.add(new SchemaChange.Add(added.get()));
        }
        return Optional.of(List.copyOf(changes));
    }

    /** The column with the value that earlier rows have as its default; empty when they may have different ones. */
    private static Optional<Column> added(Connection connection, long relation, TableColumns before, Numbered now)
            throws SQLException {
        Column column = now.column();
        if (now.number() <= before.attributes()) {
            return Optional.empty(); // It was there before and was left out until now.
        }
        if (hasOnlyNulls(column)) {
            return Optional.of(column);
        }
        return earlierValue(connection, relation, column.name())
                .map(value -> new Column(
                        column.name(),
                        column.type(),
                        column.nullable(),
                        value,
                        column.identity(),
                        column.generatedExpression(),
                        column.collation(),
                        column.comment()));
    }

    private static boolean hasOnlyNulls(Column column) {
        return column.nullable()
                && column.defaultExpression().isEmpty()
                && column.generatedExpression().isEmpty();
    }

    /**
     * The value that PostgreSQL shows for rows older than the column, the same in all tables of the tree.
     *
     * @see <a href="https://www.postgresql.org/docs/current/catalog-pg-attribute.html">attmissingval</a>
     */
    private static Optional<String> earlierValue(Connection connection, long relation, String name)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                WITH RECURSIVE tree(relation) AS (
                    SELECT ?::pg_catalog.oid
                    UNION
                    SELECT i.inhrelid FROM tree JOIN pg_catalog.pg_inherits i ON i.inhparent = tree.relation)
                SELECT count(*) = count(a.attmissingval) AND count(DISTINCT a.attmissingval::text) = 1,
                       min(pg_catalog.quote_literal((a.attmissingval::text::text[])[1]) || '::'
                           || pg_catalog.format_type(a.atttypid, a.atttypmod))
                FROM tree
                JOIN pg_catalog.pg_class c ON c.oid = tree.relation AND c.relkind <> 'p'
                JOIN pg_catalog.pg_attribute a ON a.attrelid = tree.relation AND a.attname = ?""")) {
            query.setLong(1, relation);
            query.setString(2, name);
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getBoolean(1) ? Optional.of(row.getString(2)) : Optional.empty();
            }
        }
    }
}
