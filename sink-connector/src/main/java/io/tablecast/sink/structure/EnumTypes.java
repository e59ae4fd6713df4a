// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.table.TableId;
import io.tablecast.contract.type.DestinationType;
import io.tablecast.contract.type.DestinationTypes;
import io.tablecast.contract.type.PostgresType;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;

/**
 * The enum types that the destination makes after the source's ({@code enum.mode=type}). PostgreSQL does not let a
 * transaction use a label that it has added itself, so that types are committed before the rows that need them.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-altertype.html">ALTER TYPE</a>
 */
public final class EnumTypes {

    private EnumTypes() {}

    /**
     * A type and the labels that it needs, in their order.
     *
     * @param name as SQL
     */
    public record Needed(String name, List<String> labels) {
        public Needed {
            labels = List.copyOf(labels);
        }
    }

    /**
     * What rows of a schema need and the database lacks.
     *
     * @param existing the table that takes them, or empty if it is about to be created
     */
    public static List<Needed> missing(
            Connection connection, TableId table, Optional<DestinationTable> existing, Schema row, TypeRules rules)
            throws SQLException {
        List<Needed> missing = new ArrayList<>();
        if (rules.enums() != EnumMode.TYPE) {
            return missing;
        }
        for (Field field : row.fields()) {
            DestinationType wanted = rules.typeFor(table, field);
            if (wanted.labels().isEmpty()) {
                continue;
            }
            Optional<DestinationColumn> column = existing.flatMap(there -> there.column(field));
            if (column.isPresent()) {
                lacking(column.get(), wanted.labels()).ifPresent(missing::add);
            } else if (TypeChoice.among(connection, wanted).equals(wanted.fallback())) {
                TableId own = TypeRules.ownEnum(table, field, DestinationTypes.typeFor(field.schema()));
                missing.add(new Needed(Identifiers.quote(own), wanted.labels()));
            }
        }
        return missing;
    }

    private static Optional<Needed> lacking(DestinationColumn column, List<String> labels) {
        PostgresType type = column.typed().type();
        PostgresType scalar = type instanceof PostgresType.Array array ? array.element() : type;
        return scalar instanceof PostgresType.Enumerated known
                        && !known.labels().containsAll(labels)
                ? Optional.of(new Needed(known.name(), labels))
                : Optional.empty();
    }

    /**
     * Creates the types, or gives them the labels that they lack, in the caller's transaction.
     *
     * @param table for whose rows
     * @throws StructureMismatch if the role may not do so
     */
    public static void ensure(Connection connection, TableId table, List<Needed> needed) throws SQLException {
        if (needed.isEmpty()) {
            return;
        }
        Schemas.ensure(connection, table);
        for (Needed type : needed) {
            lock(connection, type.name());
            try {
                ensure(connection, type);
            } catch (SQLException e) {
                if (!Schemas.INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                    throw e;
                }
                throw new StructureMismatch(
                        table,
                        "the connector's role may not create the enum " + type.name() + " or add labels to it: "
                                + e.getMessage(),
                        "Make the role its owner, add the labels " + type.labels() + " by ALTER TYPE, or set"
                                + " enum.mode=text before the table is created.",
                        e);
            }
        }
    }

    private static void ensure(Connection connection, Needed type) throws SQLException {
        Optional<List<String>> labels = TypeChoice.labels(connection, type.name());
        if (labels.isEmpty()) {
            List<String> literals = new ArrayList<>();
            for (String label : type.labels()) {
                literals.add(Sql.literal(label));
            }
            Sql.execute(connection, "CREATE TYPE " + type.name() + " AS ENUM (" + String.join(", ", literals) + ")");
            return;
        }
        for (int i = 0; i < type.labels().size(); i++) {
            String place = i > 0
                    ? " AFTER " + Sql.literal(type.labels().get(i - 1))
                    : labels.get().isEmpty()
                            ? ""
                            : " BEFORE " + Sql.literal(labels.get().get(0));
            if (!labels.get().contains(type.labels().get(i))) {
                Sql.execute(
                        connection,
                        "ALTER TYPE " + type.name() + " ADD VALUE "
                                + Sql.literal(type.labels().get(i)) + place);
            }
        }
    }

    private static void lock(Connection connection, String type) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT pg_catalog.pg_advisory_xact_lock(pg_catalog.hashtextextended(?, 0))")) {
            statement.setString(1, "tablecast enum:" + type);
            statement.execute();
        }
    }
}
