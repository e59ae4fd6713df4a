// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.detach;

import io.tablecast.contract.table.ForeignKey;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.config.TableNaming;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.structure.Names;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes foreign keys at a destination as its sources have them. */
public final class ForeignKeys {
    private final Connection connection;
    private final TableNaming naming;

    /** @param connection without autocommit */
    public ForeignKeys(Connection connection, TableNaming naming) {
        this.connection = connection;
        this.naming = naming;
    }

    /**
     * Makes a foreign key without looking at the rows that are there, unless it is there, and then validates it, which
     * lets writers go on.
     *
     * @param table the destination table
     * @return why it could not be made or does not hold
     */
    public Optional<String> make(TableId table, ForeignKey key) throws SQLException {
        TableId referenced = Names.fit(naming.destination("", key.referenced()));
        String name = Identifiers.quote(Names.fit(key.name()));
        String add = "ALTER TABLE " + Identifiers.quote(table) + " ADD CONSTRAINT " + name + " FOREIGN KEY ("
                + columns(key.columns()) + ") REFERENCES " + Identifiers.quote(referenced) + " ("
                + columns(key.referencedColumns()) + ") ON DELETE " + action(key.onDelete()) + " ON UPDATE "
                + action(key.onUpdate()) + " NOT VALID";
        String validate = "ALTER TABLE " + Identifiers.quote(table) + " VALIDATE CONSTRAINT " + name;
        Optional<Boolean> validated = validated(table, Names.fit(key.name()));
        if (validated.filter(isValid -> isValid).isPresent()) {
            return Optional.empty();
        }
        for (String sql : validated.isPresent() ? List.of(validate) : List.of(add, validate)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
                connection.commit();
            } catch (SQLException e) {
                if (connection.isClosed()) {
                    throw e;
                }
                connection.rollback();
                String what = sql.equals(add) ? " could not be made: " : " is not valid for all rows: ";
                return Optional.of("The foreign key " + key.name() + " of " + table + what
                        + String.valueOf(e.getMessage()).strip());
            }
        }
        return Optional.empty();
    }

    /** Whether a foreign key holds for all rows; empty when it is not there. */
    private Optional<Boolean> validated(TableId table, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT convalidated FROM pg_catalog.pg_constraint
                WHERE conrelid = to_regclass(?) AND conname = ? AND contype = 'f'""")) {
            statement.setString(1, Identifiers.quote(table));
            statement.setString(2, name);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(row.getBoolean(1)) : Optional.empty();
            }
        } finally {
            connection.rollback();
        }
    }

    private String columns(List<String> names) {
        return names.stream()
                .map(name -> Identifiers.quote(naming.identifierCase().column(name)))
                .collect(Collectors.joining(", "));
    }

    /** Only what SQL knows: the text may have come from a topic. */
    private static String action(String text) {
        return Set.of("CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT").contains(text) ? text : "NO ACTION";
    }
}
