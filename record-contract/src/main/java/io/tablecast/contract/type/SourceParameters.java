// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.Locale;
import java.util.OptionalInt;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * Type name, length and scale of a column in the parameters that Debezium writes with
 * {@code column.propagate.source.type}; there they are what pgjdbc reports as the column's metadata.
 */
final class SourceParameters {

    private static final int UNLIMITED = Integer.MAX_VALUE;
    private static final int MODIFIER_HEADER = 4;

    private SourceParameters() {}

    /** Adds the parameters of a column of the type. */
    static void describe(SchemaBuilder schema, PostgresType type) {
        schema.parameter(SemanticTypes.SOURCE_TYPE, typeName(type));
        schema.parameter(SemanticTypes.SOURCE_LENGTH, Integer.toString(length(type)));
        scale(type).ifPresent(scale -> schema.parameter(SemanticTypes.SOURCE_SCALE, Integer.toString(scale)));
    }

    /** Whether the values of the schema come from columns of the type. */
    static boolean isOf(Schema schema, PostgresType type) {
        return SemanticTypes.parameter(schema, SemanticTypes.COLUMN_TYPE).equals(type.name())
                || SemanticTypes.parameter(schema, SemanticTypes.SOURCE_TYPE).equals(typeName(type));
    }

    /** The upper-case name of the type. */
    private static String typeName(PostgresType type) {
        return type.baseName().toUpperCase(Locale.ENGLISH);
    }

    /** The length or precision. */
    private static int length(PostgresType type) {
        PostgresType scalar = scalar(type);
        int modifier = scalar.modifier();
        return switch (scalar.oid()) {
            case Oids.INT2 -> 5;
            case Oids.INT4, Oids.OID -> 10;
            case Oids.INT8 -> 19;
            case Oids.FLOAT4 -> 8;
            case Oids.FLOAT8 -> 17;
            case Oids.NUMERIC -> NumericFamily.precision(modifier);
            case Oids.BOOL, Oids.CHAR -> 1;
            case Oids.BPCHAR, Oids.VARCHAR -> modifier < MODIFIER_HEADER ? UNLIMITED : modifier - MODIFIER_HEADER;
            case Oids.BIT, Oids.VARBIT -> modifier < 0 ? UNLIMITED : modifier;
            case Oids.DATE -> 13;
            case Oids.TIME -> 8 + fraction(scalar);
            case Oids.TIMETZ -> 14 + fraction(scalar);
            case Oids.TIMESTAMP -> 22 + fraction(scalar);
            case Oids.TIMESTAMPTZ -> 28 + fraction(scalar);
            case Oids.INTERVAL -> 49;
            default -> UNLIMITED;
        };
    }

    /** The scale, or empty for a numeric without precision. */
    private static OptionalInt scale(PostgresType type) {
        PostgresType scalar = scalar(type);
        return switch (scalar.oid()) {
            case Oids.FLOAT4 -> OptionalInt.of(8);
            case Oids.FLOAT8 -> OptionalInt.of(17);
            case Oids.NUMERIC ->
                scalar.modifier() < 0 ? OptionalInt.empty() : OptionalInt.of(NumericFamily.scale(scalar.modifier()));
            case Oids.TIME, Oids.TIMETZ, Oids.TIMESTAMP, Oids.TIMESTAMPTZ ->
                OptionalInt.of(TimestampFamily.fractionDigits(scalar));
            case Oids.INTERVAL -> OptionalInt.of(intervalDigits(scalar.modifier()));
            default -> OptionalInt.of(0);
        };
    }

    private static PostgresType scalar(PostgresType type) {
        return type instanceof PostgresType.Array array ? array.element() : type;
    }

    // The point counts too.
    private static int fraction(PostgresType type) {
        int digits = TimestampFamily.fractionDigits(type);
        return digits == 0 ? 0 : digits + 1;
    }

    // An interval's modifier holds its fields in the upper half; 0xffff in the lower stands for all digits.
    private static int intervalDigits(int modifier) {
        int digits = modifier & 0xffff;
        return modifier < 0 || digits > 6 ? 6 : digits;
    }
}
