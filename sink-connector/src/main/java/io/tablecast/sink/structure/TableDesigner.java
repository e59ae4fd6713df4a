// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.record.ColumnNames;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Identity;
import io.tablecast.contract.table.Index;
import io.tablecast.contract.table.Sequence;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import io.tablecast.contract.type.DestinationType;
import io.tablecast.contract.type.DestinationTypes;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;

/**
 * Designs tables from what records say. The columns are the fields of the row, because a transform may have added or
 * removed some; the source's structure adds what a schema cannot tell: nullability, defaults, identity, indexes, comments.
 * Generated columns of the source become plain ones that take the values.
 */
public final class TableDesigner {

    private static final Set<String> INTEGERS = Set.of("smallint", "integer", "bigint");
    // What becomes of bigint unsigned.
    private static final Pattern WHOLE_NUMERIC = Pattern.compile("numeric(\\(\\d+(, ?0)?\\))?");
    private static final Pattern NULLS_NOT_DISTINCT = Pattern.compile("\\) NULLS NOT DISTINCT");

    private final Connection connection;
    private final TableId table;
    private final TableShape shape;
    private final List<String> remarks = new ArrayList<>();

    private TableDesigner(Connection connection, TableId table, TableShape shape) {
        this.connection = connection;
        this.table = table;
        this.shape = shape;
    }

    /**
     * Designs a table for records that come without the source's structure.
     *
     * @param key the columns of the records' key; none if they have no key
     * @param row the schema of the row
     */
    public static TableDesign ofRecords(
            Connection connection, TableId table, List<String> key, Schema row, TableShape shape) throws SQLException {
        return new TableDesigner(connection, table, shape).design(key, row);
    }

    /**
     * Designs a table for a snapshot.
     *
     * @param structure of the source's table, as the begin marker tells it
     * @param row the schema of the row
     */
    public static TableDesign ofStructure(
            Connection connection, TableId table, TableStructure structure, Schema row, TableShape shape)
            throws SQLException {
        return new TableDesigner(connection, table, shape).design(structure, row);
    }

    private TableDesign design(List<String> key, Schema row) throws SQLException {
        shape.identifierCase().requireDistinct(table, row);
        List<NewColumn> columns = new ArrayList<>();
        for (Field field : row.fields()) {
            columns.add(plainColumn(field, type(field)));
        }
        boolean isPrimary = key.stream()
                .allMatch(name -> ColumnNames.field(row, name)
                        .filter(field -> !field.schema().isOptional())
                        .isPresent());
        NewKey newKey = key(Names.withSuffix(table.name(), isPrimary ? "_pkey" : "_key"), key, columns, isPrimary);
        return new TableDesign(table, columns, newKey, List.of(), List.of(), "", shape, remarks);
    }

    private TableDesign design(TableStructure structure, Schema row) throws SQLException {
        shape.identifierCase().requireDistinct(table, row);
        Set<String> drawing = new HashSet<>();
        structure.sequences().forEach(sequence -> drawing.add(sequence.column()));
        List<NewColumn> columns = new ArrayList<>();
        for (Field field : row.fields()) {
            String type = type(field);
            Optional<Column> column = structure.column(ColumnNames.of(field));
            columns.add(
                    column.isPresent()
                            ? knownColumn(
                                    field,
                                    type,
                                    column.get(),
                                    drawing.contains(ColumnNames.of(field)),
                                    structure.database())
                            : plainColumn(field, type));
        }
        return new TableDesign(
                table,
                columns,
                key(structure, columns),
                indexes(structure, columns),
                sequences(structure, columns),
                structure.comment(),
                shape,
                remarks);
    }

    private String type(Field field) throws SQLException {
        DestinationType wanted = shape.types().typeFor(table, field);
        String type = TypeChoice.among(connection, wanted);
        if (!wanted.candidates().subList(0, wanted.candidates().size() - 1).contains(type)
                && wanted.candidates().size() > 1) {
            remarks.add("column \"" + ColumnNames.of(field) + "\" is of type " + type
                    + ", because this database has no type " + wanted.preferred()
                    + (wanted.labels().isEmpty() ? "" : " with all its labels"));
        }
        return type;
    }

    private NewColumn plainColumn(Field field, String type) {
        String column = ColumnNames.of(field);
        return new NewColumn(column, name(column), type, !field.schema().isOptional(), Numbering.NONE, "", "", "");
    }

    private NewColumn knownColumn(
            Field field, String type, Column column, boolean hasSequence, TableStructure.DatabaseKind database)
            throws SQLException {
        boolean isDrawn = hasSequence || column.identity() != Identity.NONE;
        Numbering numbering = isDrawn ? numbering(type) : Numbering.NONE;
        if (isDrawn && numbering == Numbering.NONE) {
            remarks.add("column \"" + column.name() + "\" is of type " + type
                    + ", which cannot draw its values from a sequence here");
        }
        return new NewColumn(
                ColumnNames.of(field),
                name(ColumnNames.of(field)),
                type,
                numbering == Numbering.IDENTITY
                        || (!column.nullable() && !field.schema().isOptional()),
                numbering,
                numbering == Numbering.NONE ? defaultLiteral(field, type, column, database) : "",
                collation(column),
                column.comment());
    }

    private static Numbering numbering(String type) {
        if (INTEGERS.contains(type)) {
            return Numbering.IDENTITY;
        }
        return WHOLE_NUMERIC.matcher(type).matches() ? Numbering.SEQUENCE : Numbering.NONE;
    }

    // Only where it is sure to be valid: the same server's constant for the same type, or any text.
    private static String defaultLiteral(
            Field field, String type, Column column, TableStructure.DatabaseKind database) {
        boolean isSameType =
                type.equals(DestinationTypes.typeFor(field.schema()).preferred());
        return database == TableStructure.DatabaseKind.POSTGRESQL
                ? ConstantDefault.of(column.defaultExpression())
                        .filter(literal -> isSameType || (type.equals("text") && ConstantDefault.isText(literal)))
                        .orElse("")
                : "";
    }

    private String name(String sourceColumn) {
        return shape.identifierCase().column(sourceColumn);
    }

    private String collation(Column column) throws SQLException {
        if (column.collation().isEmpty()) {
            return "";
        }
        if (Collations.exists(connection, column.collation())) {
            return column.collation();
        }
        remarks.add("column \"" + column.name() + "\" sorts by the database's collation, because there is no "
                + column.collation() + " here");
        return "";
    }

    private NewKey key(TableStructure structure, List<NewColumn> columns) {
        Optional<Index> origin = structure.indexes().stream()
                .filter(index -> index.isUnique() && sameColumns(index.columns(), structure.key()))
                .filter(index -> !index.partial() && !index.hasExpressions())
                .min((left, right) -> left.kind().compareTo(right.kind()));
        boolean isPrimary =
                origin.filter(index -> index.kind() == Index.Kind.PRIMARY).isPresent();
        boolean isNamed = structure.database() == TableStructure.DatabaseKind.POSTGRESQL && origin.isPresent();
        String name =
                isNamed ? name(origin.get().name()) : Names.withSuffix(table.name(), isPrimary ? "_pkey" : "_key");
        return key(name, structure.key(), columns, isPrimary);
    }

    private NewKey key(String name, List<String> fields, List<NewColumn> columns, boolean isPrimary) {
        if (fields.isEmpty()) {
            return NewKey.NONE;
        }
        List<String> missing = fields.stream()
                .filter(field ->
                        columns.stream().noneMatch(column -> column.field().equals(field)))
                .toList();
        if (!missing.isEmpty()) {
            remarks.add("it has no key, because the rows lack its columns " + missing);
            return NewKey.NONE;
        }
        List<String> names = fields.stream().map(this::name).toList();
        return new NewKey(name, names, keyKind(isPrimary));
    }

    private NewKey.Kind keyKind(boolean isPrimary) {
        if (shape.repetition() == TableShape.Repetition.KEPT) {
            return NewKey.Kind.PLAIN_INDEX;
        }
        return isPrimary ? NewKey.Kind.PRIMARY_KEY : NewKey.Kind.UNIQUE_INDEX;
    }

    private List<NewIndex> indexes(TableStructure structure, List<NewColumn> columns) {
        boolean areCopied = shape.indexes() == IndexCopy.COPY || shape.indexes() == IndexCopy.UNIQUE;
        if (!areCopied) {
            return List.of();
        }
        Map<String, String> names = new HashMap<>();
        columns.forEach(column -> names.put(column.field(), column.name()));
        List<NewIndex> indexes = new ArrayList<>();
        for (Index index : structure.indexes()) {
            if (isKey(index, structure)) {
                continue;
            }
            if (!names.keySet().containsAll(index.usedColumns())
                    || !names.keySet().containsAll(index.columns())) {
                remarks.add("index \"" + index.name() + "\" is left out, because it needs columns that are not here");
                continue;
            }
            boolean isUnique = index.isUnique() && shape.indexes() == IndexCopy.UNIQUE;
            String definition = isUnique
                    ? index.definition()
                    : NULLS_NOT_DISTINCT.matcher(index.definition()).replaceFirst(")");
            indexes.add(new NewIndex(
                    isUnique ? NewIndex.UNIQUE : NewIndex.PLAIN,
                    name(index.name()),
                    IndexText.withColumns(definition, index.usedColumns(), names)));
        }
        return indexes;
    }

    private static boolean isKey(Index index, TableStructure structure) {
        return index.isUnique()
                && !index.partial()
                && !index.hasExpressions()
                && index.columns().equals(structure.key());
    }

    private List<Sequence> sequences(TableStructure structure, List<NewColumn> columns) {
        Set<String> numbered = new HashSet<>();
        columns.stream()
                .filter(column -> column.numbering() != Numbering.NONE)
                .forEach(column -> numbered.add(column.field()));
        return structure.sequences().stream()
                .filter(sequence -> numbered.contains(sequence.column()))
                .map(sequence -> new Sequence(name(sequence.column()), sequence.name(), sequence.lastValue()))
                .toList();
    }

    private static boolean sameColumns(List<String> left, List<String> right) {
        return left.size() == right.size() && Set.copyOf(left).equals(Set.copyOf(right));
    }
}
