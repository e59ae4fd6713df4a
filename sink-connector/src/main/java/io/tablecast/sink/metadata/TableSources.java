// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metadata;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The columns of {@code table_state} that say from which source tables a destination is written. Changes of rows of several
 * tables may meet in one; what concerns all rows, a copy or a TRUNCATE, is taken of a table that is alone there. Every method
 * is part of the caller's transaction, for tables that its connector has claimed.
 */
public final class TableSources {

    private static final String TABLE = " WHERE table_schema = ? AND table_name = ?";

    private final MetadataSchema schema;

    public TableSources(MetadataSchema schema) {
        this.schema = requireNonNull(schema, "schema is null");
    }

    /**
     * What is known.
     *
     * @param first the source table that wrote first
     * @param other another one that has written since, for people
     * @param isCopied whether copies of the first one are taken, so that nobody else's rows may stand beside its
     */
    private record Known(Optional<SourceTable> first, Optional<String> other, boolean isCopied) {

        static final Known NOTHING = new Known(Optional.empty(), Optional.empty(), false);

        boolean isOnlyOf(SourceTable source) {
            return other.isEmpty() && first.filter(source::isSame).isPresent();
        }
    }

    /** What becomes of what is known. */
    private interface Step {
        Known after(Known known);
    }

    /**
     * Notes a source table of which changes are about to be written.
     *
     * @throws TableTakenException if another one is copied to the same table, or differs in case alone
     */
    public void written(Connection connection, TableId table, SourceTable source) throws SQLException {
        note(connection, table, known -> afterWrite(known, table, source));
    }

    /**
     * Looks whether changes of a source table would be written.
     *
     * @throws TableTakenException as {@link #written} does
     */
    public void requireRoom(Connection connection, TableId table, SourceTable source) throws SQLException {
        Known unchanged = read(connection, table, "");
        var unusedOutcome = afterWrite(unchanged, table, source);
    }

    /**
     * Notes that a copy of the source table is about to be loaded.
     *
     * @throws TableTakenException if others are written to the same table, whose rows the copy would replace
     */
    public void copied(Connection connection, TableId table, SourceTable source) throws SQLException {
        note(connection, table, known -> {
            Known written = afterWrite(known, table, source);
            if (!written.isOnlyOf(source)) {
                throw new TableTakenException(
                        "Table " + table + " is written from " + both(written) + ", and the copy of "
                                + source + " that has begun would replace the rows of all. " + ownTable()
                                + "; tables that are written together are not copied (snapshot.mode=no_data). "
                                + ifGone(table));
            }
            return new Known(written.first(), Optional.empty(), true);
        });
    }

    /**
     * Makes sure that a TRUNCATE of the source table, which was carried out just now, did not concern the rows of others.
     * Looked at before it, another task might come in between.
     *
     * @throws TableTakenException if it did; the caller rolls it back
     */
    public void emptied(Connection connection, TableId table, SourceTable source) throws SQLException {
        Known known = afterWrite(read(connection, table, ""), table, source);
        if (!known.isOnlyOf(source)) {
            throw new TableTakenException("Table " + table + " is written from " + both(known)
                    + ", and the TRUNCATE of "
                    + source + " would remove the rows of all. Set truncate.mode=ignore, or: " + ownTable() + ". "
                    + ifGone(table));
        }
    }

    private Known afterWrite(Known known, TableId table, SourceTable source) {
        if (known.first().isEmpty()) {
            return new Known(Optional.of(source), Optional.empty(), false);
        }
        SourceTable first = known.first().get();
        if (first.isSame(source)) {
            return new Known(Optional.of(first.refined(source)), known.other(), known.isCopied());
        }
        if (first.differsInCaseAlone(source)) {
            throw new TableTakenException(
                    "The tables " + first + " and " + source + " would both be written to " + table
                            + ". Set identifier.case=keep, or map one of them to another table by table.mapping. "
                            + ifGone(table));
        }
        if (known.isCopied()) {
            throw new TableTakenException("Table " + table + " is a copy of " + first + ", and rows of " + source
                    + " cannot stand in it, because every copy replaces all rows. " + ownTable() + ". "
                    + ifGone(table));
        }
        return new Known(known.first(), known.other().or(() -> Optional.of(source.toString())), false);
    }

    private static String both(Known known) {
        return known.first().map(SourceTable::toString).orElse("")
                + known.other().map(other -> " and " + other).orElse("");
    }

    private static String ownTable() {
        return "Give one of them another table by table.mapping or table.name.format";
    }

    private String ifGone(TableId table) {
        return "If one of them is gone for good: UPDATE " + schema.tableState()
                + " SET source_table = NULL WHERE table_schema = " + Sql.literal(table.schema()) + " AND table_name = "
                + Sql.literal(table.name());
    }

    private void note(Connection connection, TableId table, Step step) throws SQLException {
        Known seen = read(connection, table, "");
        if (step.after(seen).equals(seen)) {
            return;
        }
        // Others may have noted something meanwhile.
        write(connection, table, step.after(read(connection, table, " FOR UPDATE")));
    }

    private Known read(Connection connection, TableId table, String lock) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT source_server, source_table, other_source, is_copied FROM "
                        + schema.tableState() + TABLE + lock)) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            try (ResultSet rows = statement.executeQuery()) {
                if (!rows.next() || rows.getString(2) == null) {
                    return Known.NOTHING;
                }
                String server = rows.getString(1) == null ? "" : rows.getString(1);
                return new Known(
                        Optional.of(new SourceTable(server, rows.getString(2))),
                        Optional.ofNullable(rows.getString(3)),
                        rows.getBoolean(4));
            }
        }
    }

    private void write(Connection connection, TableId table, Known known) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + schema.tableState()
                + " SET source_server = ?, source_table = ?, other_source = ?, is_copied = ?" + TABLE)) {
            statement.setString(1, known.first().map(SourceTable::server).orElse(null));
            statement.setString(2, known.first().map(SourceTable::table).orElse(null));
            statement.setString(3, known.other().orElse(null));
            statement.setBoolean(4, known.isCopied());
            statement.setString(5, table.schema());
            statement.setString(6, table.name());
            statement.executeUpdate();
        }
    }
}
