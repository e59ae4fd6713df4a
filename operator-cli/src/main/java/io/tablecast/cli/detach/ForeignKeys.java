// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.detach;

import io.tablecast.contract.table.ForeignKey;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.config.TableNaming;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.structure.Names;
import java.sql.Connection;
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
     * Makes a foreign key without looking at the rows that are there, and then validates it, which lets writers go on.
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
        for (String sql : List.of(add, validate)) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                String what = sql.equals(add) ? " could not be made: " : " is not valid for all rows: ";
                return Optional.of("The foreign key " + key.name() + " of " + table + what
                        + String.valueOf(e.getMessage()).strip());
            }
        }
        return Optional.empty();
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
