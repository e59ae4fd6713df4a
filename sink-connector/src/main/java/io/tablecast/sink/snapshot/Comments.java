// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The comments on a relation and its columns. */
record Comments(List<Comment> comments) {

    private static final String QUERY = """
            SELECT coalesce(a.attname, ''), d.description
            FROM pg_catalog.pg_description d
            LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = d.objoid AND a.attnum = d.objsubid AND d.objsubid > 0
            WHERE d.classoid = 'pg_catalog.pg_class'::regclass AND d.objoid = ?::regclass
            """;

    Comments {
        comments = List.copyOf(comments);
    }

    static Comments of(Connection connection, TableId relation) throws SQLException {
        return new Comments(Sql.query(
                connection,
                QUERY,
                row -> new Comment(row.getString(1), row.getString(2)),
                Identifiers.quote(relation)));
    }

    /**
     * Writes them to another relation, except on columns that it lacks.
     *
     * @param kind {@code TABLE} or {@code VIEW}
     */
    void applyTo(Connection connection, TableId relation, String kind, List<String> columns) throws SQLException {
        String name = Identifiers.quote(relation);
        for (Comment comment : comments) {
            String text = Sql.literal(comment.text());
            if (comment.column().isEmpty()) {
                Sql.execute(connection, "COMMENT ON " + kind + " " + name + " IS " + text);
            } else if (columns.contains(comment.column())) {
                Sql.execute(
                        connection,
                        "COMMENT ON COLUMN " + name + "." + Identifiers.quote(comment.column()) + " IS " + text);
            }
        }
    }

    /**
     * One comment.
     *
     * @param column empty for the relation itself
     */
    record Comment(String column, String text) {}
}
