// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The type of a column, described alike by the catalog and by the binlog. Display widths and {@code zerofill}, which say
 * nothing of values, are left out.
 *
 * @param unsigned of numbers
 * @param length precision of decimals, bits, characters, bytes, elements of vectors, or the kind of a geometry
 * @param scale of decimals; of times the digits of the second's fraction
 * @param charset the character set of text, else empty
 * @param labels of enums and sets
 */
public record MySqlType(MySqlKind kind, boolean unsigned, int length, int scale, String charset, List<String> labels) {

    private static final List<String> GEOMETRIES = List.of(
            "geometry",
            "point",
            "linestring",
            "polygon",
            "multipoint",
            "multilinestring",
            "multipolygon",
            "geometrycollection");
    private static final int DEFAULT_PRECISION = 10;

    public MySqlType {
        requireNonNull(kind, "kind is null");
        requireNonNull(charset, "charset is null");
        labels = List.copyOf(labels);
    }

    /** A type without arguments. */
    public static MySqlType of(MySqlKind kind) {
        return new MySqlType(kind, false, 0, 0, "", List.of());
    }

    /** A type with a length. */
    public static MySqlType of(MySqlKind kind, int length) {
        return new MySqlType(kind, false, length, 0, "", List.of());
    }

    /** Text of a length in a character set. */
    public static MySqlType text(MySqlKind kind, int length, String charset) {
        return new MySqlType(kind, false, length, 0, charset, List.of());
    }

    /**
     * Reads the catalog's description.
     *
     * @param columnType {@code COLUMN_TYPE}, for example {@code decimal(12,2) unsigned}
     * @param charset {@code CHARACTER_SET_NAME}, empty where there is none
     * @throws IllegalArgumentException when the type is not known
     */
    public static MySqlType parse(String columnType, String charset) {
        int open = columnType.indexOf('(');
        int close = columnType.lastIndexOf(')');
        String name = (open < 0 ? columnType : columnType.substring(0, open)).strip();
        String arguments = open < 0 ? "" : columnType.substring(open + 1, close);
        String rest = (open < 0 ? "" : columnType.substring(close + 1)).toLowerCase(Locale.ROOT);
        String base = name.toLowerCase(Locale.ROOT);
        boolean unsigned = rest.contains("unsigned") || base.contains(" unsigned");
        base = base.replace(" unsigned", "").replace(" zerofill", "");
        if (base.equals("geomcollection")) {
            base = "geometrycollection";
        }
        if (GEOMETRIES.contains(base)) {
            return of(MySqlKind.GEOMETRY, GEOMETRIES.indexOf(base));
        }
        MySqlKind kind = kind(base, columnType);
        return switch (kind.form()) {
            case PLAIN, INTEGER -> new MySqlType(kind, unsigned, 0, 0, charset, List.of());
            case LENGTH -> text(kind, arguments.isEmpty() ? 1 : Integer.parseInt(arguments), charset);
            case FRACTION ->
                new MySqlType(
                        kind, false, 0, arguments.isEmpty() ? 0 : Integer.parseInt(arguments), charset, List.of());
            case PRECISION -> decimal(arguments, unsigned);
            case LABELS -> new MySqlType(kind, false, 0, 0, charset, labels(arguments));
        };
    }

    /**
     * The exact type as SQL writes it, for example {@code bigint unsigned}.
     */
    public String name() {
        String arguments = switch (kind.form()) {
            case PLAIN, INTEGER -> "";
            case LENGTH -> "(" + length + ")";
            case FRACTION -> scale == 0 ? "" : "(" + scale + ")";
            case PRECISION -> "(" + length + "," + scale + ")";
            case LABELS -> quotedLabels();
        };
        String base = kind == MySqlKind.GEOMETRY ? GEOMETRIES.get(length) : kind.sqlName();
        return base + arguments + (unsigned ? " unsigned" : "");
    }

    /** The type by which the binlog carries the values; it does not know the types that MariaDB makes of bytes. */
    public MySqlType carrier() {
        return switch (kind) {
            case UUID, INET6 -> of(MySqlKind.BINARY, 16);
            case INET4 -> of(MySqlKind.BINARY, 4);
            default -> this;
        };
    }

    /** Whether values are numbers that SQL writes without quotes. */
    public boolean isNumber() {
        return switch (kind) {
            case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT, DECIMAL, FLOAT, DOUBLE, YEAR -> true;
            default -> false;
        };
    }

    /** What rows hold that were there before a column without a default was added that takes no NULL; empty for dates. */
    public String implicitDefault() {
        if (isNumber()) {
            return "0";
        }
        return kind.isText() && kind != MySqlKind.ENUM ? "''" : "";
    }

    boolean isPoint() {
        return kind == MySqlKind.GEOMETRY && length == GEOMETRIES.indexOf("point");
    }

    private static MySqlKind kind(String base, String columnType) {
        for (MySqlKind kind : MySqlKind.values()) {
            if (kind.sqlName().equals(base)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("The type " + columnType + " is not known");
    }

    private static MySqlType decimal(String arguments, boolean unsigned) {
        String[] parts = arguments.split(",", -1);
        int precision = arguments.isEmpty() ? DEFAULT_PRECISION : Integer.parseInt(parts[0].strip());
        int scale = parts.length < 2 ? 0 : Integer.parseInt(parts[1].strip());
        return new MySqlType(MySqlKind.DECIMAL, unsigned, precision, scale, "", List.of());
    }

    /** The labels of {@code 'one','it''s'}. */
    private static List<String> labels(String arguments) {
        List<String> labels = new ArrayList<>();
        StringBuilder label = new StringBuilder();
        boolean isInside = false;
        for (int i = 0; i < arguments.length(); i++) {
            char character = arguments.charAt(i);
            boolean isQuote = character == '\'';
            if (isInside && isQuote && i + 1 < arguments.length() && arguments.charAt(i + 1) == '\'') {
                label.append('\'');
                i++;
            } else if (isQuote) {
                if (isInside) {
                    labels.add(label.toString());
                    label.setLength(0);
                }
                isInside = !isInside;
            } else if (isInside) {
                label.append(character);
            }
        }
        return labels;
    }

    private String quotedLabels() {
        StringBuilder text = new StringBuilder("(");
        for (String label : labels) {
            text.append(text.length() > 1 ? "," : "")
                    .append('\'')
                    .append(label.replace("'", "''"))
                    .append('\'');
        }
        return text.append(')').toString();
    }
}
