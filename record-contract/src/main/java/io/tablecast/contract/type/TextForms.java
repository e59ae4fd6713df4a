// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * Values of any Connect schema as text that PostgreSQL reads back: what a text column gets, and what is staged and cast
 * for types that have no binary writer here.
 */
final class TextForms {

    private static final HexFormat HEX = HexFormat.of();

    private TextForms() {}

    /** The text of values of the schema, for the destination. */
    static Function<Object, String> of(Schema schema, TypedColumn destination) {
        if (isStructured(schema)) {
            return structured(schema, destination);
        }
        return scalar(schema, destination);
    }

    private static boolean isStructured(Schema schema) {
        return switch (schema.type()) {
            case ARRAY, MAP, STRUCT -> true;
            default -> false;
        };
    }

    private static Function<Object, String> structured(Schema schema, TypedColumn destination) {
        return switch (SemanticTypes.nameOf(schema)) {
            case SemanticTypes.VARIABLE_SCALE_DECIMAL -> {
                Function<Object, BigDecimal> decimal =
                        ConnectNumbers.exactDecimals(schema).orElseThrow();
                yield value -> decimal.apply(value).toPlainString();
            }
            case SemanticTypes.POINT -> value -> point((Struct) value);
            case SemanticTypes.GEOMETRY, SemanticTypes.GEOGRAPHY -> geometry(destination);
            // pgvector's text form, which is also JSON's.
            case SemanticTypes.DOUBLE_VECTOR, SemanticTypes.FLOAT_VECTOR -> value -> JsonText.of(schema, value);
            default ->
                schema.type() == Schema.Type.ARRAY ? array(schema, destination) : value -> JsonText.of(schema, value);
        };
    }

    private static Function<Object, String> scalar(Schema schema, TypedColumn destination) {
        Optional<Function<Object, String>> moment = moment(schema, destination);
        if (moment.isPresent()) {
            return moment.get();
        }
        if (SemanticTypes.nameOf(schema).equals(SemanticTypes.BITS)) {
            return value -> BitText.bits(ConnectNumbers.bytes(value), BitText.declaredLength(schema));
        }
        if (schema.type() == Schema.Type.BYTES
                && ConnectNumbers.exactDecimals(schema).isEmpty()) {
            return value -> "\\x" + HEX.formatHex(ConnectNumbers.bytes(value));
        }
        return TextForms::plain;
    }

    private static String plain(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        return String.valueOf(value);
    }

    private static Optional<Function<Object, String>> moment(Schema schema, TypedColumn destination) {
        return switch (SemanticTypes.nameOf(schema)) {
            case SemanticTypes.DATE, org.apache.kafka.connect.data.Date.LOGICAL_NAME ->
                ConnectDates.days(schema, destination).map(days -> value -> DateFamily.text(days.applyAsLong(value)));
            case SemanticTypes.TIMESTAMP,
                    SemanticTypes.MICRO_TIMESTAMP,
                    SemanticTypes.NANO_TIMESTAMP,
                    org.apache.kafka.connect.data.Timestamp.LOGICAL_NAME -> {
                Optional<ToLongFunction<Object>> micros = ConnectTimestamps.micros(schema, destination);
                yield micros.map(function -> value -> TimestampFamily.text(function.applyAsLong(value)));
            }
            case SemanticTypes.TIME,
                    SemanticTypes.MICRO_TIME,
                    SemanticTypes.NANO_TIME,
                    SemanticTypes.MICRO_DURATION,
                    SemanticTypes.NANO_DURATION,
                    org.apache.kafka.connect.data.Time.LOGICAL_NAME ->
                ConnectTimes.durations(schema).map(micros -> value -> ConnectTimes.text(micros.applyAsLong(value)));
            default -> Optional.empty();
        };
    }

    // bytea reads digits alone as the characters that they are.
    private static Function<Object, String> geometry(TypedColumn destination) {
        String prefix = destination.type().oid() == Oids.BYTEA ? "\\x" : "";
        return value -> prefix + ExtendedWkb.hex((Struct) value);
    }

    private static String point(Struct value) {
        return "(" + value.getFloat64("x") + "," + value.getFloat64("y") + ")";
    }

    private static Function<Object, String> array(Schema schema, TypedColumn destination) {
        Function<Object, String> element = of(schema.valueSchema(), destination);
        return schema.valueSchema().type() == Schema.Type.ARRAY
                ? value -> ArrayText.nested((List<?>) value, element)
                : value -> ArrayText.literal((List<?>) value, element);
    }
}
