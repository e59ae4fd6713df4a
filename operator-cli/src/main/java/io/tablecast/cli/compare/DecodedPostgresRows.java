// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import io.tablecast.contract.type.CopyReader;
import io.tablecast.source.postgres.BinaryCopy;
import io.tablecast.source.postgres.Identifiers;
import io.tablecast.source.postgres.Literals;
import io.tablecast.source.postgres.RowDecoder;
import io.tablecast.source.postgres.SourceTable;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * The rows of a table of PostgreSQL.
 *
 * @param condition which rows, in SQL
 */
record DecodedPostgresRows(Connection connection, SourceTable table, String condition) implements DecodedRows {

    /** Whose values are compared with a literal as they are; all others by their texts, which no index serves. */
    private static final Pattern TEXTS = Pattern.compile("text|character.*");

    @Override
    public Schema schema() {
        return table.envelopes().rowSchema();
    }

    @Override
    public void read(SoughtRows sought, Consumer<Struct> handler) throws SQLException {
        String wanted = sought.areAll()
                ? ""
                : sought.rows().stream()
                        .map(row -> row(sought.columns(), row))
                        .collect(Collectors.joining(" OR ", " AND (", ")"));
        RowDecoder decoder = new RowDecoder(table);
        try {
            BinaryCopy.read(
                    connection,
                    table.query() + " AND " + condition + wanted,
                    (CopyReader row, int bytes) -> handler.accept(decoder.decode(row, 0)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SQLException("Comparing was interrupted", e);
        }
    }

    private String row(List<String> columns, List<Object> values) {
        return IntStream.range(0, columns.size())
                .mapToObj(i -> is(columns.get(i), values.get(i)))
                .collect(Collectors.joining(" AND ", "(", ")"));
    }

    private String is(String name, Object value) {
        String column = Identifiers.quote(name);
        if (value == null) {
            return column + " IS NULL";
        }
        if (value instanceof BigDecimal number) {
            return column + " = " + number.toPlainString();
        }
        if (value instanceof byte[] bytes) {
            return column + " = " + Literals.quote("\\x" + HexFormat.of().formatHex(bytes)) + "::bytea";
        }
        String text = (String) value;
        if (text.indexOf('\0') >= 0) {
            // No text of PostgreSQL has such a character, and no literal may.
            return "FALSE";
        }
        boolean isText = table.structure()
                .column(name)
                .filter(found -> TEXTS.matcher(found.type()).matches())
                .isPresent();
        return column + (isText ? " = " : "::text = ") + Literals.quote(text);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
