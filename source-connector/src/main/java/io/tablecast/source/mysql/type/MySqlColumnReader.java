// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import io.tablecast.contract.type.DestinationTypes;
import io.tablecast.contract.type.SemanticTypes;
import io.tablecast.source.mysql.type.MySqlModes.ZeroDateMode;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * Reads the values of one column, the same from row events and from queries. Immutable and thread-safe.
 *
 * <p>Field schemas carry {@code tablecast.column.type}, the exact type, wherever a destination could not tell it from the
 * rest of the schema.
 */
public final class MySqlColumnReader {

    private final MySqlColumn column;
    private final ColumnCodec codec;
    private final Schema fieldSchema;

    private MySqlColumnReader(MySqlColumn column, ColumnCodec codec, boolean takesNull) {
        this.column = column;
        this.codec = codec;
        this.fieldSchema = schema(column, codec, takesNull);
    }

    /**
     * Compiles the reader of a column.
     *
     * @param role of a key column zero dates never become NULL, which a key must not hold
     * @param decoders the decoders of the server's character sets, by name
     * @throws IllegalArgumentException when nothing reads the column's character set
     */
    public static MySqlColumnReader create(
            MySqlColumn column, Role role, MySqlModes modes, Function<String, TextDecoder> decoders) {
        ZeroDateMode zeroDates = zeroDates(role, modes.zeroDate());
        boolean maybeZero = zeroDates == ZeroDateMode.NULL
                && switch (column.type().kind()) {
                    case DATE, DATETIME, TIMESTAMP -> true;
                    default -> false;
                };
        return new MySqlColumnReader(column, codec(column, zeroDates, modes, decoders), column.nullable() || maybeZero);
    }

    public MySqlColumn column() {
        return column;
    }

    /** The schema of the record's field. */
    public Schema fieldSchema() {
        return fieldSchema;
    }

    /** What to put into the select list, so that {@link #ofQuery} understands the result. */
    public String selectExpression(String quotedColumn) {
        return codec.selectExpression(quotedColumn);
    }

    /** The value at the position of a row event; null for a zero date that becomes NULL. */
    public Object ofBinlog(BinlogBytes in) {
        return codec.ofBinlog(in);
    }

    /** The value of a query's result, or null for a zero date that becomes NULL. Never called for SQL NULL. */
    public Object ofQuery(byte[] value) {
        return codec.ofQuery(value);
    }

    private static ZeroDateMode zeroDates(Role role, ZeroDateMode chosen) {
        return switch (role) {
            case KEY -> chosen == ZeroDateMode.NULL ? ZeroDateMode.FAIL : chosen;
            case OTHER -> chosen;
            case LEFT_OUT -> ZeroDateMode.NULL;
        };
    }

    private static ColumnCodec codec(
            MySqlColumn column, ZeroDateMode zeroDates, MySqlModes modes, Function<String, TextDecoder> decoders) {
        MySqlType type = column.type();
        return switch (type.kind()) {
            case TINYINT, SMALLINT, MEDIUMINT, INT, BIGINT -> new IntegerCodec(type, modes);
            case DECIMAL -> new DecimalCodec(type, modes.decimal());
            case FLOAT, DOUBLE -> new FloatCodec(type);
            case BIT -> new BitCodec(type);
            case YEAR -> new YearCodec();
            case DATE -> new DateCodec(zeroDates);
            case TIME -> new TimeCodec(type);
            case DATETIME -> new DateTimeCodec(type, zeroDates);
            case TIMESTAMP -> new TimestampCodec(type, zeroDates);
            case CHAR, VARCHAR, TINYTEXT, TEXT, MEDIUMTEXT, LONGTEXT ->
                new TextCodec(type, decoders.apply(type.charset()));
            case BINARY, VARBINARY, TINYBLOB, BLOB, MEDIUMBLOB, LONGBLOB -> new BinaryCodec(type, modes.binary());
            case ENUM, SET -> new LabelCodec(type);
            case JSON -> new JsonCodec();
            case GEOMETRY -> new GeometryCodec(column);
            case VECTOR -> new VectorCodec();
            case UUID, INET4, INET6 -> new AddressCodec(type.kind());
        };
    }

    private static Schema schema(MySqlColumn column, ColumnCodec codec, boolean takesNull) {
        SchemaBuilder schema = codec.schema();
        String exact = column.type().name();
        String guessed = DestinationTypes.typeFor(schema).preferred();
        SchemaBuilder described = codec.schema().parameter(SemanticTypes.COLUMN_TYPE, exact);
        // The values of geometries carry their schema, which names what they are.
        boolean isTold = column.type().kind() == MySqlKind.GEOMETRY
                || DestinationTypes.typeFor(described).preferred().equals(guessed);
        SchemaBuilder chosen = isTold ? schema : described;
        return takesNull ? chosen.optional().build() : chosen.build();
    }

    /** What a column is to its table. */
    public enum Role {
        KEY,
        OTHER,
        /** Its values are read only to come to those of the next column. */
        LEFT_OUT
    }
}
