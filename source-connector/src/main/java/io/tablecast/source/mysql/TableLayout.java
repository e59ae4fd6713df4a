// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.record.EnvelopeWriter;
import io.tablecast.contract.record.MySqlSourceBlock;
import io.tablecast.contract.record.RowField;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Identity;
import io.tablecast.contract.table.TableStructure;
import io.tablecast.contract.table.TableStructure.DatabaseKind;
import io.tablecast.source.mysql.MySqlCatalog.Described;
import io.tablecast.source.mysql.binlog.UnreadableTableException;
import io.tablecast.source.mysql.type.BinlogBytes;
import io.tablecast.source.mysql.type.MySqlColumn;
import io.tablecast.source.mysql.type.MySqlColumnReader;
import io.tablecast.source.mysql.type.MySqlColumnReader.Role;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;

/** How a table's rows look while its columns stay as they are. Immutable. */
final class TableLayout {

    private final List<MySqlColumn> columns;
    private final TableStructure structure;
    private final List<MySqlColumnReader> readers;
    private final EnvelopeWriter envelopes;
    /** The fields of the columns; null for those that are left out. */
    private final Field[] fields;

    private final List<MySqlColumnReader> replicated;

    private TableLayout(
            List<MySqlColumn> columns,
            TableStructure structure,
            List<MySqlColumnReader> readers,
            List<MySqlColumnReader> replicated,
            EnvelopeWriter envelopes) {
        this.columns = columns;
        this.structure = structure;
        this.readers = readers;
        this.replicated = replicated;
        this.envelopes = envelopes;
        this.fields = new Field[readers.size()];
        for (int i = 0; i < replicated.size(); i++) {
            fields[readers.indexOf(replicated.get(i))] =
                    envelopes.rowSchema().fields().get(i);
        }
    }

    /**
     * Compiles the layout.
     *
     * @param described all columns as values need them, also those that are not replicated
     * @param known the same columns as a catalog described them; what it does not know is made of the former
     */
    static TableLayout of(
            TableFrame frame, List<MySqlColumn> described, List<Column> known, List<String> key, Charsets charsets) {
        List<MySqlColumnReader> readers = new ArrayList<>();
        List<MySqlColumnReader> replicated = new ArrayList<>();
        List<RowField> rowFields = new ArrayList<>();
        List<Column> columns = new ArrayList<>();
        for (MySqlColumn column : described) {
            Role role = role(column, frame, key);
            MySqlColumnReader reader = MySqlColumnReader.create(column, role, frame.modes(), charsets::decoder);
            readers.add(reader);
            if (role == Role.LEFT_OUT) {
                continue;
            }
            replicated.add(reader);
            rowFields.add(new RowField(column.name(), reader.fieldSchema()));
            columns.add(structure(column, reader.fieldSchema().isOptional(), known));
        }
        EnvelopeWriter envelopes = new EnvelopeWriter(
                frame.topic(), rowFields, key, MySqlSourceBlock.SCHEMA, frame.schemaNames(), frame.clock());
        TableStructure structure =
                new TableStructure(frame.table(), frame.database(), columns, key, List.of(), List.of(), List.of(), "");
        return new TableLayout(List.copyOf(described), structure, readers, replicated, envelopes);
    }

    /**
     * The layout of a table as the catalog tells it.
     *
     * @throws UnreadableTableException when it has no key and needs one
     */
    static TableLayout of(TableFrame frame, Described described, Charsets charsets) {
        List<String> key = TableKey.of(frame.table(), described, frame.settings());
        return of(frame, described.columns(), described.structure(), key, charsets);
    }

    private static Role role(MySqlColumn column, TableFrame frame, List<String> key) {
        if (!frame.settings().replicates(column.name())) {
            return Role.LEFT_OUT;
        }
        return key.contains(column.name()) ? Role.KEY : Role.OTHER;
    }

    /** All columns, in the order of row events. */
    List<MySqlColumn> columns() {
        return columns;
    }

    TableStructure structure() {
        return structure;
    }

    EnvelopeWriter envelopes() {
        return envelopes;
    }

    List<String> key() {
        return structure.key();
    }

    /** Whether row events described so can be read as this layout. */
    boolean reads(List<MySqlColumn> ofEvent) {
        return carriers(columns).equals(carriers(ofEvent));
    }

    /** The next row of a row event. */
    Struct row(BinlogBytes in) {
        boolean[] nulls = in.bits(readers.size());
        Struct row = new Struct(envelopes.rowSchema());
        for (int i = 0; i < nulls.length; i++) {
            if (nulls[i]) {
                continue;
            }
            Object value = readers.get(i).ofBinlog(in);
            if (fields[i] != null) {
                row.put(fields[i], value);
            }
        }
        return row;
    }

    /** The current row of a query for {@link #selectList}. */
    Struct row(ResultSet result) throws SQLException {
        Struct row = new Struct(envelopes.rowSchema());
        List<Field> rowFields = envelopes.rowSchema().fields();
        for (int i = 0; i < replicated.size(); i++) {
            byte[] value = result.getBytes(i + 1);
            if (value != null) {
                row.put(rowFields.get(i), replicated.get(i).ofQuery(value));
            }
        }
        return row;
    }

    String selectList() {
        return replicated.stream()
                .map(reader -> reader.selectExpression(
                        Identifiers.quote(reader.column().name())))
                .collect(Collectors.joining(", "));
    }

    /** Where a replicated column stands in the result of a query for {@link #selectList}, from 1. */
    int placeInQuery(String column) {
        for (int i = 0; i < replicated.size(); i++) {
            if (replicated.get(i).column().name().equals(column)) {
                return i + 1;
            }
        }
        throw new IllegalArgumentException(structure.table() + " has no replicated column " + column);
    }

    String quotedName() {
        return Identifiers.quote(structure.table());
    }

    Optional<MySqlColumn> column(String name) {
        return columns.stream().filter(column -> column.name().equals(name)).findFirst();
    }

    private static List<MySqlColumn> carriers(List<MySqlColumn> columns) {
        return columns.stream()
                .map(column -> new MySqlColumn(column.name(), column.type().carrier(), column.nullable()))
                .toList();
    }

    /** A destination's column takes NULL where records may hold it. */
    private static Column structure(MySqlColumn column, boolean takesNull, List<Column> known) {
        Optional<Column> ofCatalog =
                known.stream().filter(one -> one.name().equals(column.name())).findFirst();
        return new Column(
                column.name(),
                column.type().name(),
                takesNull,
                ofCatalog.map(Column::defaultExpression).orElse(""),
                ofCatalog.map(Column::identity).orElse(Identity.NONE),
                ofCatalog.map(Column::generatedExpression).orElse(""),
                "",
                ofCatalog.map(Column::comment).orElse(""));
    }

    static DatabaseKind kind(boolean isMariaDb) {
        return isMariaDb ? DatabaseKind.MARIADB : DatabaseKind.MYSQL;
    }
}
