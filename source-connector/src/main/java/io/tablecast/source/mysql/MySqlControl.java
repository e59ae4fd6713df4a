// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;

import io.tablecast.contract.offset.ControlType;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.MySqlTableSettings;
import io.tablecast.source.config.SourceKeys;
import io.tablecast.source.incremental.UnusableControlException;
import io.tablecast.source.mysql.MySqlCatalog.Described;
import io.tablecast.source.mysql.type.MySqlColumn;
import java.math.BigDecimal;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.StringJoiner;
import org.apache.kafka.connect.errors.DataException;

/** The column by which new and changed rows are found. Immutable. */
public record MySqlControl(MySqlColumn column, ControlType type) {

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

    /** Queries are answered in this zone. */
    private static final String UTC = "+00";

    public MySqlControl {
        requireNonNull(column, "column is null");
        requireNonNull(type, "type is null");
    }

    /**
     * Finds the table's control column.
     *
     * @throws UnusableControlException when there is none, or none that can serve
     */
    public static MySqlControl find(TableId table, MySqlTableSettings settings, Described described) {
        String name = settings.incremental().controlColumn();
        if (name.isEmpty()) {
            throw UnusableControlException.ofColumn("Mode incremental of " + table
                    + " needs control.column: a time, date or integer column that grows with each new or changed row.");
        }
        MySqlColumn column = described.columns().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> UnusableControlException.ofColumn(
                        "Control column \"" + name + "\" of " + table + " does not exist. " + remedy()));
        ControlType type = type(column)
                .orElseThrow(() -> UnusableControlException.ofColumn("Control column \"" + name + "\" of " + table
                        + " is of type " + column.type().name() + ". " + remedy()));
        if (!settings.replicates(name)) {
            throw new UnusableControlException(
                    SourceKeys.COLUMNS,
                    "The columns to replicate of " + table + " leave out the control column \"" + name
                            + "\". Add it to columns.");
        }
        checkKey(table, settings, described);
        return new MySqlControl(column, type);
    }

    /** The statement that makes the index without which every look reads the whole table; empty when there is one. */
    public Optional<String> missingIndex(TableId table, MySqlTableSettings settings, Described described) {
        boolean isIndexed = described.indexes().stream()
                .anyMatch(index ->
                        !index.columns().isEmpty() && index.columns().get(0).equals(column.name()));
        if (isIndexed) {
            return Optional.empty();
        }
        StringJoiner columns = new StringJoiner(", ", "(", ")");
        columns.add(Identifiers.quote(column.name()));
        TableKey.choice(described, settings).columns().stream()
                .filter(key -> !key.equals(column.name()))
                .forEach(key -> columns.add(Identifiers.quote(key)));
        return Optional.of("ALTER TABLE " + Identifiers.quote(table) + " ADD INDEX " + columns);
    }

    /** The column's name in queries. */
    String quoted() {
        return Identifiers.quote(column.name());
    }

    /** How many digits the fraction of a second has. */
    int fractionDigits() {
        return type == ControlType.INTEGER ? 0 : column.type().scale();
    }

    /** A value as offsets hold it. */
    String text(byte[] value) {
        String text = new String(value, ISO_8859_1);
        return type == ControlType.TIMESTAMPTZ ? text + UTC : text;
    }

    /** A value that is compared with the column. */
    Clause.Value value(String text) {
        if (type == ControlType.INTEGER) {
            // Not a text: servers compare those as floating-point numbers.
            BigDecimal number = number(text);
            return (query, parameter) -> query.setBigDecimal(parameter, number);
        }
        String compared = type == ControlType.TIMESTAMPTZ ? utc(text) : text;
        return (query, parameter) -> query.setString(parameter, compared);
    }

    private BigDecimal number(String text) {
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new DataException(
                    "\"" + text + "\" is not a value of " + column.name() + ": expected a whole number.");
        }
    }

    private static String utc(String text) {
        if (!ControlType.TIMESTAMPTZ.reads(text)) {
            // A time that no calendar has, as the server returned it, or a day.
            return text.endsWith(UTC) ? text.substring(0, text.length() - UTC.length()) : text;
        }
        return FORMAT.format(ControlType.moment(text).atOffset(ZoneOffset.UTC));
    }

    private static Optional<ControlType> type(MySqlColumn column) {
        return switch (column.type().kind()) {
            case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT -> Optional.of(ControlType.INTEGER);
            case DATE -> Optional.of(ControlType.DATE);
            case DATETIME -> Optional.of(ControlType.TIMESTAMP);
            case TIMESTAMP -> Optional.of(ControlType.TIMESTAMPTZ);
            default -> Optional.empty();
        };
    }

    private static void checkKey(TableId table, MySqlTableSettings settings, Described described) {
        List<String> key = TableKey.choice(described, settings).columns();
        List<String> nullable = described.structure().stream()
                .filter(column -> key.contains(column.name()) && column.nullable())
                .map(Column::name)
                .toList();
        if (!nullable.isEmpty()) {
            throw new UnusableControlException(
                    SourceKeys.KEY_COLUMNS,
                    "The key of " + table + " has columns that may be NULL: " + String.join(", ", nullable)
                            + ". Make them NOT NULL, or name other columns in key.columns.");
        }
    }

    private static String remedy() {
        return "Set control.column to an existing column of type timestamp, datetime, date, or an integer type.";
    }
}
