// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

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

/**
 * The order of a table's rows along some columns. A place in it is what the server has returned of one row's columns, in
 * hexadecimal digits. Immutable.
 */
final class KeyOrder {

    private final Charsets charsets;
    private final List<MySqlColumn> columns;
    private final int[] places;

    /** @param names of replicated columns, none of which is ever NULL */
    KeyOrder(TableLayout layout, Charsets charsets, List<String> names) {
        this.charsets = charsets;
        this.columns =
                names.stream().map(name -> layout.column(name).orElseThrow()).toList();
        this.places = names.stream().mapToInt(layout::placeInQuery).toArray();
    }

    int size() {
        return columns.size();
    }

    /** What stands behind ORDER BY. */
    String text() {
        StringJoiner text = new StringJoiner(", ");
        columns.forEach(column -> text.add(quoted(column)));
        return text.toString();
    }

    /** What the server has returned of the current row's columns. */
    List<byte[]> values(ResultSet row) throws SQLException {
        List<byte[]> values = new ArrayList<>(columns.size());
        for (int place : places) {
            values.add(row.getBytes(place));
        }
        return values;
    }

    /** The place of a row. */
    static List<String> place(List<byte[]> values) {
        return values.stream().map(HexFormat.of()::formatHex).toList();
    }

    /**
     * The condition that rows behind a place meet.
     *
     * @throws IllegalArgumentException when a part is not in hexadecimal digits
     */
    Clause behind(List<String> place) {
        List<Clause.Value> values = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            values.add(value(i, place.get(i)));
        }
        return behindValues(values);
    }

    /**
     * A part of a place.
     *
     * @throws IllegalArgumentException when it is not in hexadecimal digits
     */
    Clause.Value value(int part, String hexadecimal) {
        MySqlColumn column = columns.get(part);
        byte[] value = HexFormat.of().parseHex(hexadecimal);
        return (query, parameter) -> bind(query, parameter, column, value);
    }

    /** The condition that rows behind these values meet. */
    Clause behindValues(List<Clause.Value> values) {
        // Compared column by column: servers scan the table for a comparison of rows.
        StringJoiner alternatives = new StringJoiner(" OR ", "(", ")");
        List<Clause.Value> bound = new ArrayList<>();
        for (int last = 0; last < columns.size(); last++) {
            StringJoiner all = new StringJoiner(" AND ", "(", ")");
            for (int i = 0; i < last; i++) {
                all.add(quoted(columns.get(i)) + " = ?");
                bound.add(values.get(i));
            }
            all.add(quoted(columns.get(last)) + " > ?");
            bound.add(values.get(last));
            alternatives.add(all.toString());
        }
        return new Clause(alternatives.toString(), bound);
    }

    private static String quoted(MySqlColumn column) {
        return Identifiers.quote(column.name());
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
