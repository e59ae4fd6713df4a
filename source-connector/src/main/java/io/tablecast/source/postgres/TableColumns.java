// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tablecast.contract.table.Column;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The replicated columns of a table with their numbers, which stay when a column is renamed.
 *
 * @param attributes how many columns the table ever had; a column with a higher number is new
 */
public record TableColumns(int attributes, List<Numbered> columns) {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    public TableColumns {
        columns = List.copyOf(columns);
    }

    /** Reads the columns of a table as the connection's transaction sees them. */
    public static TableColumns read(Connection connection, SourceTable table) throws SQLException {
        List<Numbered> columns = new ArrayList<>();
        int attributes = 0;
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT a.attnum, a.attname, a.attisdropped FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = ?::pg_catalog.oid AND a.attnum > 0 ORDER BY a.attnum""")) {
            query.setLong(1, table.oid());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    int number = rows.getInt(1);
                    attributes = number;
                    if (!rows.getBoolean(3)) {
                        table.structure()
                                .column(rows.getString(2))
                                .ifPresent(c -> columns.add(new Numbered(number, c)));
                    }
                }
            }
        }
        return new TableColumns(attributes, columns);
    }

    /**
     * Reads what {@link #json()} writes.
     *
     * @throws IllegalArgumentException when the text is something else
     */
    public static TableColumns parse(String json) {
        try {
            return JSON.readValue(json, TableColumns.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not the columns of a table: " + json, e);
        }
    }

    /** Whether {@link #parse} reads a text. */
    public static boolean isJson(String text) {
        try {
            parse(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The columns as a text that {@link #parse} reads. */
    public String json() {
        try {
            return JSON.writeValueAsString(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Cannot write " + this + " as JSON", impossible);
        }
    }

    /** A text that is the same only while the columns are. */
    @JsonIgnore
    public String fingerprint() {
        return Hashes.text(json());
    }

    /** The column with a number, under whatever name. */
    public Optional<Column> column(int number) {
        return columns.stream()
                .filter(column -> column.number() == number)
                .map(Numbered::column)
                .findFirst();
    }

    public boolean hasName(String name) {
        return columns.stream().anyMatch(column -> column.column().name().equals(name));
    }

    /**
     * A column with its number.
     *
     * @param number pg_attribute.attnum
     */
    public record Numbered(int number, Column column) {
        public Numbered {
            requireNonNull(column, "column is null");
        }
    }
}
