// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.record.ColumnNames;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.type.DestinationType;
import io.tablecast.contract.type.DestinationTypes;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The single steps by which a table is altered. Each is passed over if it was done before. */
final class Alteration {

    private static final Logger LOG = LoggerFactory.getLogger(Alteration.class);

    private final Connection connection;
    private final DestinationTable table;
    private final Schema row;
    private final TypeRules types;

    /** Alters the table as it was read under its lock; a new object is needed after each step. */
    Alteration(Connection connection, DestinationTable table, Schema row, TypeRules types) {
        this.connection = connection;
        this.table = table;
        this.row = row;
        this.types = types;
    }

    /** What a change does to the table. */
    interface Step {
        void run(Alteration alteration) throws SQLException;
    }

    /** Adds a column; rows that are there get its default if that is a constant. */
    void add(Column column) throws SQLException {
        if (table.holds(column.name(), row)) {
            return;
        }
        String type = type(column);
        boolean isSameType = type.equals(usualType(column));
        Optional<String> literal = ConstantDefault.of(column.defaultExpression())
                .filter(constant -> isSameType || (type.equals("text") && ConstantDefault.isText(constant)));
        String constraints = literal.map(constant -> " DEFAULT " + constant).orElse("")
                + (literal.isPresent() && !column.nullable() ? " NOT NULL" : "");
        alter("ADD COLUMN " + quoted(column.name()) + " " + type + constraints);
        if (literal.isEmpty() && !column.defaultExpression().isEmpty()) {
            LOG.warn(
                    "Added column \"{}\" to {}. Its default {} is no constant, so rows from before hold NULL here; copy"
                            + " the table again to get the values they have at the source.",
                    column.name(),
                    table.id(),
                    column.defaultExpression());
        }
    }

    /** Lets columns take NULL that rows do not fill any more, or not always. */
    void relaxUnfilled(WrittenColumns written) throws SQLException {
        for (DestinationColumn column : RowDifferences.of(table, row, types).unfilled(written)) {
            alter("ALTER COLUMN " + Identifiers.quote(column.name()) + " DROP NOT NULL");
        }
    }

    /** Adds what the row has and the table lacks, without a default. */
    void addMissing() throws SQLException {
        for (Field field : RowDifferences.of(table, row, types).missing()) {
            alter("ADD COLUMN " + quoted(ColumnNames.of(field)) + " " + type(field));
        }
    }

    /** Lets a column take NULL. */
    void relax(String column) throws SQLException {
        Optional<DestinationColumn> found = table.column(column);
        if (found.isEmpty() || found.get().typed().nullable() || isPrimary(found.get())) {
            return;
        }
        if (found.get().identity() != io.tablecast.contract.table.Identity.NONE) {
            return;
        }
        alter("ALTER COLUMN " + quoted(column) + " DROP NOT NULL");
    }

    void drop(String column) throws SQLException {
        if (table.column(column).isPresent()) {
            alter("DROP COLUMN " + quoted(column));
        }
    }

    /** Whether two of the source's names, which differ in case, are one column here. */
    boolean isOneColumn(String one, String other) {
        return table.column(one).isPresent() && table.column(one).equals(table.column(other));
    }

    void rename(String from, String to) throws SQLException {
        if (table.canRename(from, to)) {
            alter("RENAME COLUMN " + quoted(from) + " TO " + quoted(to));
        }
    }

    /** Gives a column the type it has at the source now. */
    void retype(Column column) throws SQLException {
        Optional<DestinationColumn> found = table.column(column.name());
        String type = type(column);
        if (found.isEmpty() || found.get().typed().type().name().equals(type)) {
            return;
        }
        String name = quoted(column.name());
        Savepoint before = connection.setSavepoint();
        try {
            alter("ALTER COLUMN " + name + " TYPE " + type + " USING " + name + "::" + type);
            connection.releaseSavepoint(before);
        } catch (StructureMismatch e) {
            if (!isOfValues(e)) {
                throw e;
            }
            // Perhaps it is told again, and the column was given a wider type since.
            connection.rollback(before);
            LOG.warn(
                    "Column \"{}\" of {} stays {}, because rows that are there have values that {} cannot hold: {}. Copy the"
                            + " table again if the source has changed them.",
                    found.get().name(),
                    table.id(),
                    found.get().typed().type().name(),
                    type,
                    e.getCause().getMessage());
        }
    }

    private static boolean isOfValues(StructureMismatch refusal) {
        return refusal.getCause() instanceof SQLException cause
                && String.valueOf(cause.getSQLState()).startsWith("22");
    }

    /** Widens columns whose fields can hold more than they do. */
    void widen() throws SQLException {
        for (Field field : RowDifferences.of(table, row, types).wider()) {
            String column = table.column(field).orElseThrow().name();
            alter("ALTER COLUMN " + Identifiers.quote(column) + " TYPE " + type(field));
        }
    }

    /** Says that the table keeps something that the source has changed. */
    void warn(String what) {
        LOG.warn("{} at the source of {}; {}", what, table.id(), "set schema.evolution=full to follow such changes.");
    }

    private boolean isPrimary(DestinationColumn column) {
        return table.uniqueIndexes().stream()
                .anyMatch(index -> index.isPrimary() && index.columns().contains(column.name()));
    }

    private String type(Column column) throws SQLException {
        return TypeChoice.among(connection, wanted(column));
    }

    private String type(Field field) throws SQLException {
        return TypeChoice.among(connection, types.typeFor(table.id(), field));
    }

    private String usualType(Column column) {
        return ColumnNames.field(row, column.name())
                .map(field -> DestinationTypes.typeFor(field.schema()).preferred())
                .orElse(column.type());
    }

    // The record's own schema knows most: an enum's labels, and what a transform did to the field.
    private DestinationType wanted(Column column) {
        return ColumnNames.field(row, column.name())
                .map(field -> types.typeFor(table.id(), field))
                .orElseGet(() -> types.typeFor(column));
    }

    private String quoted(String sourceColumn) {
        return Identifiers.quote(table.identifierCase().column(sourceColumn));
    }

    private void alter(String action) throws SQLException {
        try {
            Sql.execute(connection, "ALTER TABLE " + Identifiers.quote(table.id()) + " " + action);
        } catch (SQLException e) {
            if (isRefusal(e)) {
                throw new StructureMismatch(
                        table.id(),
                        "it has to follow the source by \"" + action + "\", and PostgreSQL refuses: " + e.getMessage(),
                        "Alter the table by hand, or copy it again after removing what stands in the way.",
                        e);
            }
            throw e;
        }
        LOG.info("Altered {}: {}", table.id(), action);
    }

    /** Classes 0A, 22, 23, 2B and 42: dependents, values or privileges stand in the way, now and the next time. */
    private static boolean isRefusal(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return List.of("0A", "22", "23", "2B", "42").stream().anyMatch(state::startsWith);
    }
}
