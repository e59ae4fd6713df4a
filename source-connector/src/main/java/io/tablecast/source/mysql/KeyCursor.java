// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.contract.offset.InvalidOffset;
import io.tablecast.source.mysql.type.MySqlColumn;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.StringJoiner;

/** Walks over a table in the order of its key. A place is the key of a row, as the server returned it. Immutable. */
final class KeyCursor {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};

    private final TableLayout layout;
    private final Charsets charsets;
    private final List<MySqlColumn> key;
    private final String condition;

    /** @param condition which rows there are besides, empty for all */
    KeyCursor(TableLayout layout, Charsets charsets, String condition) {
        this.layout = layout;
        this.condition = condition;
        this.charsets = charsets;
        this.key = layout.key().stream()
                .map(name -> layout.column(name).orElseThrow())
                .toList();
    }

    /** The query for so many rows behind a place; the empty place is before all rows. */
    String query(String place, int rows) {
        return "SELECT " + layout.selectList() + " FROM " + layout.quotedName() + where(place) + " ORDER BY "
                + columns() + " LIMIT " + rows;
    }

    // A line of its own, because a user's condition may end in a comment.
    private String where(String place) {
        String own = condition.isEmpty() ? "" : "(" + condition + "\n)";
        if (place.isEmpty()) {
            return own.isEmpty() ? "" : " WHERE " + own;
        }
        return " WHERE " + (own.isEmpty() ? "" : own + " AND ") + isBehindPlace();
    }

    /** Sets the query's parameters. */
    void bind(PreparedStatement query, String place) throws SQLException {
        if (place.isEmpty()) {
            return;
        }
        List<byte[]> values = parse(place);
        int parameter = 1;
        for (int last = 0; last < key.size(); last++) {
            for (int i = 0; i <= last; i++) {
                bind(query, parameter++, key.get(i), values.get(i));
            }
        }
    }

    /** The place of the current row. */
    String place(ResultSet row) throws SQLException {
        List<String> texts = new ArrayList<>();
        for (MySqlColumn column : key) {
            byte[] value = row.getBytes(layout.placeInQuery(column.name()));
            texts.add(HexFormat.of().formatHex(value));
        }
        try {
            return JSON.writeValueAsString(texts);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Cannot write " + texts + " as JSON", impossible);
        }
    }

    // Compared column by column: servers scan the table for a comparison of rows.
    private String isBehindPlace() {
        StringJoiner alternatives = new StringJoiner(" OR ", "(", ")");
        for (int last = 0; last < key.size(); last++) {
            StringJoiner all = new StringJoiner(" AND ", "(", ")");
            for (int i = 0; i < last; i++) {
                all.add(Identifiers.quote(key.get(i).name()) + " = ?");
            }
            all.add(Identifiers.quote(key.get(last).name()) + " > ?");
            alternatives.add(all.toString());
        }
        return alternatives.toString();
    }

    private String columns() {
        StringJoiner columns = new StringJoiner(", ");
        key.forEach(column -> columns.add(Identifiers.quote(column.name())));
        return columns.toString();
    }

    private List<byte[]> parse(String place) {
        try {
            List<byte[]> values = new ArrayList<>();
            for (String text : JSON.readValue(place, TEXTS)) {
                values.add(HexFormat.of().parseHex(text));
            }
            if (values.size() == key.size()) {
                return values;
            }
        } catch (JsonProcessingException | IllegalArgumentException notOurs) {
            throw unreadable(place, notOurs);
        }
        throw unreadable(place, null);
    }

    private InvalidOffset unreadable(String place, Exception cause) {
        return new InvalidOffset(
                "The offset holds the key " + place + ", which the key columns " + layout.key()
                        + " do not fit. Delete the offset, so that the table is copied again.",
                cause);
    }

    private void bind(PreparedStatement query, int parameter, MySqlColumn column, byte[] value) throws SQLException {
        switch (column.type().kind()) {
            case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT, DECIMAL, YEAR, ENUM, SET ->
                query.setBigDecimal(parameter, new BigDecimal(text(value)));
            case FLOAT, DOUBLE -> query.setDouble(parameter, Double.parseDouble(text(value)));
            case BIT -> query.setBigDecimal(parameter, new BigDecimal(new BigInteger(1, value)));
            case CHAR, VARCHAR, TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT ->
                query.setString(
                        parameter, charsets.decoder(column.type().charset()).decode(value));
            case DATE, TIME, DATETIME, TIMESTAMP -> query.setString(parameter, text(value));
            case BINARY, VARBINARY, TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB, UUID, INET4, INET6, JSON, GEOMETRY, VECTOR ->
                query.setBytes(parameter, value);
        }
    }

    private static String text(byte[] value) {
        return new String(value, StandardCharsets.ISO_8859_1);
    }
}
