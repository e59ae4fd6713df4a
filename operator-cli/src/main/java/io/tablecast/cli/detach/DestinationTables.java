// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.detach;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import io.tablecast.sink.metadata.MetadataSchema;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a destination's metadata knows of the tables that one connector writes. */
final class DestinationTables {
    private static final ObjectMapper JSON = new ObjectMapper();

    private DestinationTables() {}

    /**
     * A table.
     *
     * @param stored where the rows of its last copy are
     * @param previous the copy before, which is kept for the next switch
     * @param structure of the source's table, as its last copy told it
     */
    record Entry(Optional<TableId> stored, Optional<TableId> previous, Optional<TableStructure> structure) {

        /** The table below the view that serves it, where there may be one. */
        Optional<TableId> storage(TableId table) {
            return stored.filter(storage -> !storage.equals(table));
        }
    }

    static Map<TableId, Entry> of(Connection connection, MetadataSchema schema, String connector) throws SQLException {
        Map<TableId, Entry> tables = new TreeMap<>();
        String sql = """
                SELECT state.table_schema, state.table_name, state.storage_table, state.previous_table,
                       structure.structure::text
                FROM %s AS state LEFT JOIN %s AS structure USING (table_schema, table_name)
                WHERE state.connector = ?""".formatted(schema.tableState(), schema.tableStructure());
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, connector);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    TableId table = new TableId(rows.getString(1), rows.getString(2));
                    tables.put(
                            table,
                            new Entry(
                                    table(rows.getString(3)),
                                    table(rows.getString(4)),
                                    structure(table, rows.getString(5))));
                }
            }
        }
        return tables;
    }

    private static Optional<TableId> table(String text) {
        return text == null || text.isEmpty() ? Optional.empty() : Optional.of(TableId.parse(text));
    }

    private static Optional<TableStructure> structure(TableId table, String json) throws SQLException {
        if (json == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(json, TableStructure.class));
        } catch (JsonProcessingException e) {
            throw new SQLException(
                    "The stored structure of " + table + " cannot be read: " + e.getOriginalMessage(), e);
        }
    }
}
