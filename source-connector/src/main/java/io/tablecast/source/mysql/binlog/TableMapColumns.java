// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tablecast.source.mysql.type.BinlogBytes;
import io.tablecast.source.mysql.type.MySqlColumn;
import io.tablecast.source.mysql.type.MySqlKind;
import io.tablecast.source.mysql.type.MySqlType;
import io.tablecast.source.mysql.type.TextDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads the columns of a TABLE_MAP event. Used once. */
final class TableMapColumns {

    private static final int BINARY_COLLATION = 63;

    private final BinlogBytes in;
    private final Collations collations;
    private final Function<String, TextDecoder> decoders;
    private final Supplier<String> table;

    private int[] types;
    private int[] metadata;
    private boolean[] unsigned;
    private int[] charsets;
    private List<String> names = List.of();
    /** As they stand there, because their character sets may be told behind them. */
    private final List<List<byte[]>> enumLabels = new ArrayList<>();

    private final List<List<byte[]>> setLabels = new ArrayList<>();
    private final List<Integer> geometries = new ArrayList<>();
    private final List<Integer> dimensions = new ArrayList<>();

    /** @param in stands behind the table's name */
    TableMapColumns(
            BinlogBytes in, Collations collations, Function<String, TextDecoder> decoders, Supplier<String> table) {
        this.in = in;
        this.collations = collations;
        this.decoders = decoders;
        this.table = table;
    }

    Optional<List<MySqlColumn>> read() {
        boolean[] nullable = readForms();
        int count = nullable.length;
        while (in.remaining() > 0) {
            readOptional(in.unsignedByte(), (int) in.packed());
        }
        if (names.size() != count) {
            return Optional.empty();
        }
        List<MySqlColumn> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            columns.add(new MySqlColumn(names.get(i), type(i), nullable[i]));
        }
        return Optional.of(columns);
    }

    /** What is always told: see {@link ColumnForms}. */
    List<String> forms() {
        boolean[] nullable = readForms();
        List<String> forms = new ArrayList<>(nullable.length);
        for (int i = 0; i < nullable.length; i++) {
            forms.add(form(i) + ColumnForms.nullability(nullable[i]));
        }
        return forms;
    }

    /** Reads types and their metadata; whether columns take NULL. */
    private boolean[] readForms() {
        int count = atMost(in.remaining(), in.packed());
        types = new int[count];
        metadata = new int[count];
        unsigned = new boolean[count];
        charsets = new int[count];
        for (int i = 0; i < count; i++) {
            types[i] = in.unsignedByte();
        }
        in.packed();
        for (int i = 0; i < count; i++) {
            readMetadata(i);
        }
        return in.bits(count);
    }

    private String form(int column) {
        int meta = metadata[column];
        return switch (types[column]) {
            case Code.DECIMAL -> "DECIMAL " + (meta >> 8) + " " + (meta & 0xff);
            case Code.BIT -> "BIT " + ((meta >> 8) * 8 + (meta & 0xff));
            case Code.VARCHAR, Code.VAR_STRING -> "VARCHAR " + meta;
            case Code.STRING -> "CHAR " + meta;
            case Code.ENUM -> "ENUM " + meta;
            case Code.SET -> "SET " + meta;
            case Code.TIME -> "TIME " + meta;
            case Code.DATETIME -> "DATETIME " + meta;
            case Code.TIMESTAMP -> "TIMESTAMP " + meta;
            case Code.TINY -> "TINYINT";
            case Code.SHORT -> "SMALLINT";
            case Code.MEDIUM -> "MEDIUMINT";
            case Code.INT -> "INT";
            case Code.LONG -> "BIGINT";
            case Code.FLOAT -> "FLOAT";
            case Code.DOUBLE -> "DOUBLE";
            case Code.YEAR -> "YEAR";
            case Code.DATE -> "DATE";
            case Code.JSON -> "JSON";
            case Code.GEOMETRY -> "GEOMETRY";
            case Code.VECTOR -> "VECTOR";
            default -> "BLOB " + meta;
        };
    }

    private void readMetadata(int column) {
        switch (types[column]) {
            case Code.FLOAT,
                    Code.DOUBLE,
                    Code.BLOB,
                    Code.TINY_BLOB,
                    Code.MEDIUM_BLOB,
                    Code.LONG_BLOB,
                    Code.JSON,
                    Code.GEOMETRY,
                    Code.VECTOR,
                    Code.TIME,
                    Code.DATETIME,
                    Code.TIMESTAMP -> metadata[column] = in.unsignedByte();
            case Code.VARCHAR, Code.VAR_STRING, Code.BIT -> metadata[column] = (int) in.littleEndian(2);
            case Code.DECIMAL -> metadata[column] = (int) in.bigEndian(2);
            case Code.STRING, Code.ENUM, Code.SET -> readStringMetadata(column);
            case Code.TINY, Code.SHORT, Code.MEDIUM, Code.INT, Code.LONG, Code.DATE, Code.YEAR -> {}
            default ->
                throw new UnreadableTableException("The column number " + (column + 1) + " of " + table.get()
                        + " is of a kind that cannot be read (" + types[column]
                        + "): a time type from before MySQL 5.6, or a compressed column. Convert it by ALTER TABLE,"
                        + " or leave the table out.");
        }
    }

    /** CHAR, BINARY, ENUM and SET share a code; two bits of long lengths stand among those of the real one. */
    private void readStringMetadata(int column) {
        int first = in.unsignedByte();
        int second = in.unsignedByte();
        if ((first & 0x30) != 0x30) {
            metadata[column] = second | ((first & 0x30) ^ 0x30) << 4;
            types[column] = first | 0x30;
            return;
        }
        types[column] = first;
        metadata[column] = second;
    }

    private void readOptional(int field, int length) {
        int end = in.position() + length;
        switch (field) {
            case 1 -> readSignedness();
            case 2 -> readDefaultCharset(end, this::hasCollation);
            case 3 -> readCharsets(end, this::hasCollation);
            case 4 -> names = readNames(end);
            case 5 -> readLabels(end, setLabels);
            case 6 -> readLabels(end, enumLabels);
            case 7 -> readNumbers(end, geometries);
            case 10 -> readDefaultCharset(end, Code::isLabelled);
            case 11 -> readCharsets(end, Code::isLabelled);
            case 13 -> readNumbers(end, dimensions);
            default -> {}
        }
        in.skip(end - in.position());
    }

    private boolean hasCollation(int code) {
        // MySQL counts vectors among what has a collation, the binary one.
        return Code.isCharacter(code)
                || code == Code.VECTOR
                || (code == Code.GEOMETRY && collations.areGeometriesTold());
    }

    private void readSignedness() {
        List<Integer> numeric = columns(Code::isNumeric);
        boolean[] bits = in.bitsFromTheTop(numeric.size());
        for (int i = 0; i < bits.length; i++) {
            unsigned[numeric.get(i)] = bits[i];
        }
    }

    private void readDefaultCharset(int end, Code.Choice choice) {
        List<Integer> chosen = columns(choice);
        int usual = (int) in.packed();
        chosen.forEach(column -> charsets[column] = usual);
        while (in.position() < end) {
            int index = atMost(chosen.size() - 1, in.packed());
            charsets[chosen.get(index)] = (int) in.packed();
        }
    }

    private void readCharsets(int end, Code.Choice choice) {
        for (int column : columns(choice)) {
            if (in.position() < end) {
                charsets[column] = (int) in.packed();
            }
        }
    }

    private List<String> readNames(int end) {
        List<String> read = new ArrayList<>();
        while (in.position() < end) {
            read.add(new String(in.take((int) in.packed()), UTF_8));
        }
        return read;
    }

    private void readLabels(int end, List<List<byte[]>> labels) {
        while (in.position() < end) {
            int count = atMost(in.remaining(), in.packed());
            List<byte[]> ofColumn = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                ofColumn.add(in.take((int) in.packed()));
            }
            labels.add(ofColumn);
        }
    }

    private void readNumbers(int end, List<Integer> numbers) {
        while (in.position() < end) {
            numbers.add((int) in.packed());
        }
    }

    private List<Integer> columns(Code.Choice choice) {
        List<Integer> chosen = new ArrayList<>();
        for (int i = 0; i < types.length; i++) {
            if (choice.includes(types[i])) {
                chosen.add(i);
            }
        }
        return chosen;
    }

    private MySqlType type(int column) {
        int meta = metadata[column];
        boolean isUnsigned = unsigned[column];
        return switch (types[column]) {
            case Code.TINY -> number(MySqlKind.TINYINT, isUnsigned);
            case Code.SHORT -> number(MySqlKind.SMALLINT, isUnsigned);
            case Code.MEDIUM -> number(MySqlKind.MEDIUMINT, isUnsigned);
            case Code.INT -> number(MySqlKind.INT, isUnsigned);
            case Code.LONG -> number(MySqlKind.BIGINT, isUnsigned);
            case Code.FLOAT -> number(MySqlKind.FLOAT, isUnsigned);
            case Code.DOUBLE -> number(MySqlKind.DOUBLE, isUnsigned);
            case Code.DECIMAL -> new MySqlType(MySqlKind.DECIMAL, isUnsigned, meta >> 8, meta & 0xff, "", List.of());
            case Code.BIT -> MySqlType.of(MySqlKind.BIT, (meta >> 8) * 8 + (meta & 0xff));
            case Code.YEAR -> MySqlType.of(MySqlKind.YEAR);
            case Code.DATE -> MySqlType.of(MySqlKind.DATE);
            case Code.TIME -> time(MySqlKind.TIME, meta);
            case Code.DATETIME -> time(MySqlKind.DATETIME, meta);
            case Code.TIMESTAMP -> time(MySqlKind.TIMESTAMP, meta);
            case Code.VARCHAR, Code.VAR_STRING -> characters(column, MySqlKind.VARCHAR, MySqlKind.VARBINARY);
            case Code.STRING -> characters(column, MySqlKind.CHAR, MySqlKind.BINARY);
            case Code.ENUM -> labelled(MySqlKind.ENUM, column, of(column, Code.ENUM, enumLabels));
            case Code.SET -> labelled(MySqlKind.SET, column, of(column, Code.SET, setLabels));
            case Code.JSON -> MySqlType.of(MySqlKind.JSON);
            case Code.GEOMETRY -> MySqlType.of(MySqlKind.GEOMETRY, of(column, Code.GEOMETRY, geometries));
            case Code.VECTOR -> MySqlType.of(MySqlKind.VECTOR, of(column, Code.VECTOR, dimensions));
            default -> large(column, meta);
        };
    }

    private MySqlType large(int column, int lengthBytes) {
        boolean isBinary = isBinary(column);
        MySqlKind kind = switch (lengthBytes) {
            case 1 -> isBinary ? MySqlKind.TINYBLOB : MySqlKind.TINYTEXT;
            case 2 -> isBinary ? MySqlKind.BLOB : MySqlKind.TEXT;
            case 3 -> isBinary ? MySqlKind.MEDIUMBLOB : MySqlKind.MEDIUMTEXT;
            default -> isBinary ? MySqlKind.LONGBLOB : MySqlKind.LONGTEXT;
        };
        return MySqlType.text(kind, 0, isBinary ? "" : charset(column));
    }

    private MySqlType characters(int column, MySqlKind text, MySqlKind binary) {
        if (isBinary(column)) {
            return MySqlType.of(binary, metadata[column]);
        }
        String charset = charset(column);
        return MySqlType.text(text, metadata[column] / collations.bytesOf(charset), charset);
    }

    private MySqlType labelled(MySqlKind kind, int column, List<byte[]> stored) {
        // The catalog shows labels of bytes as text, and without a character set.
        String charset = isBinary(column) ? "" : charset(column);
        TextDecoder decoder = decoders.apply(charset.isEmpty() ? "utf8mb4" : charset);
        List<String> labels = stored.stream().map(decoder::decode).toList();
        return new MySqlType(kind, false, 0, 0, charset, labels);
    }

    private static MySqlType number(MySqlKind kind, boolean isUnsigned) {
        return new MySqlType(kind, isUnsigned, 0, 0, "", List.of());
    }

    private static MySqlType time(MySqlKind kind, int digits) {
        return new MySqlType(kind, false, 0, digits, "", List.of());
    }

    /** What is told of a column in a list that has an entry for each column of its code. */
    private <T> T of(int column, int code, List<T> told) {
        int before = 0;
        for (int i = 0; i < column; i++) {
            before += types[i] == code ? 1 : 0;
        }
        return told.get(atMost(told.size() - 1, before));
    }

    private int atMost(long most, long number) {
        if (number < 0 || number > most) {
            throw new UnreadableTableException("What the binlog tells of the columns of " + table.get()
                    + " is damaged, or of a form that is not known.");
        }
        return (int) number;
    }

    /** A column without a collation holds bytes, as MariaDB's own types do. */
    private boolean isBinary(int column) {
        return charsets[column] == 0 || charsets[column] == BINARY_COLLATION || collations.isBinary(charsets[column]);
    }

    private String charset(int column) {
        return collations.charset(charsets[column]);
    }
}
