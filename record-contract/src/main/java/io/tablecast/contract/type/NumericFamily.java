// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static io.tablecast.contract.type.SemanticTypes.SCALE;
import static io.tablecast.contract.type.SemanticTypes.VALUE;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;

/**
 * {@code numeric} as Connect's Decimal, or as VariableScaleDecimal where it was declared without precision; by
 * {@code decimal.handling.mode} as float64 or as text. {@code money} is read as the numeric that PostgreSQL makes of it
 * and written back the same way.
 */
final class NumericFamily implements TypeFamily {

    private static final int MODIFIER_HEADER = 4;
    private static final int SCALE_MASK = 0x7ff;
    private static final int SCALE_SIGN = 1024;
    // Debezium's money.fraction.digits, which is PostgreSQL's number in nearly every locale.
    private static final int MONEY_SCALE = 2;
    private static final String REMEDY = "Set decimal.handling.mode=string to carry it.";

    @Override
    public Optional<ReadPlan> reading(TypedColumn source, TypeModes modes) {
        return switch (source.type().oid()) {
            case Oids.NUMERIC -> Optional.of(numeric(source, modes));
            case Oids.MONEY -> Optional.of(money(source, modes).castTo("numeric"));
            default -> Optional.empty();
        };
    }

    @Override
    public Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        if (destination.type().oid() != Oids.NUMERIC) {
            return Optional.empty();
        }
        Optional<Function<Object, BigDecimal>> exact = ConnectNumbers.exactDecimals(schema);
        if (exact.isPresent()) {
            return Optional.of(new Decimals(exact.get(), destination));
        }
        if (isPlainString(schema)) {
            return Optional.of(new Texts(destination));
        }
        return switch (schema.type()) {
            case FLOAT32, FLOAT64 -> Optional.of(new Texts(destination));
            case INT8, INT16, INT32, INT64 ->
                ConnectNumbers.longs(schema, destination).map(Longs::new);
            default -> Optional.empty();
        };
    }

    /** The precision of a type modifier, or 0 without one. */
    static int precision(int modifier) {
        return modifier < MODIFIER_HEADER ? 0 : ((modifier - MODIFIER_HEADER) >> 16) & 0xffff;
    }

    /** The scale of a type modifier, which PostgreSQL 15 and newer allow to be negative or to exceed the precision. */
    static int scale(int modifier) {
        return modifier < MODIFIER_HEADER ? 0 : (((modifier - MODIFIER_HEADER) & SCALE_MASK) ^ SCALE_SIGN) - SCALE_SIGN;
    }

    private static boolean isPlainString(Schema schema) {
        return schema.type() == Schema.Type.STRING && schema.name() == null;
    }

    private static ReadPlan numeric(TypedColumn source, TypeModes modes) {
        return switch (modes.decimal()) {
            case PRECISE -> precise(source);
            case DOUBLE -> ReadPlan.of(SchemaBuilder.float64(), NumericFamily::readDouble);
            case STRING -> ReadPlan.of(SchemaBuilder.string(), NumericFamily::readText);
        };
    }

    private static ReadPlan precise(TypedColumn source) {
        int precision = precision(source.type().modifier());
        if (precision == 0) {
            return ReadPlan.bound(
                    SemanticTypes.variableScaleDecimal(),
                    schema -> (buffer, offset, length) -> variableScale(schema, finite(source, buffer, offset)));
        }
        int declaredScale = scale(source.type().modifier());
        int scale = Math.max(declaredScale, 0);
        int digits = Math.max(precision - Math.min(declaredScale, 0), scale);
        return ReadPlan.of(
                SemanticTypes.decimal(digits, scale),
                (buffer, offset, length) -> finite(source, buffer, offset).setScale(scale));
    }

    private static ReadPlan money(TypedColumn source, TypeModes modes) {
        return switch (modes.decimal()) {
            case PRECISE ->
                ReadPlan.of(
                        org.apache.kafka.connect.data.Decimal.builder(MONEY_SCALE),
                        (buffer, offset, length) -> money(source, finite(source, buffer, offset)));
            case DOUBLE, STRING -> numeric(source, modes);
        };
    }

    private static BigDecimal money(TypedColumn source, BigDecimal amount) {
        try {
            return amount.setScale(MONEY_SCALE);
        } catch (ArithmeticException e) {
            throw new UnreadableValueException(source, "an amount with more than two decimal places", REMEDY);
        }
    }

    private static Struct variableScale(Schema schema, BigDecimal value) {
        return new Struct(schema)
                .put(SCALE, value.scale())
                .put(VALUE, value.unscaledValue().toByteArray());
    }

    private static BigDecimal finite(TypedColumn source, byte[] buffer, int offset) {
        int sign = NumericCodec.sign(buffer, offset);
        if (sign != NumericCodec.POSITIVE && sign != NumericCodec.NEGATIVE) {
            throw new UnreadableValueException(source, special(sign), REMEDY);
        }
        return NumericCodec.read(buffer, offset);
    }

    private static Object readDouble(byte[] buffer, int offset, int length) {
        int sign = NumericCodec.sign(buffer, offset);
        return switch (sign) {
            case NumericCodec.POSITIVE, NumericCodec.NEGATIVE ->
                NumericCodec.read(buffer, offset).doubleValue();
            default -> Double.parseDouble(special(sign));
        };
    }

    private static Object readText(byte[] buffer, int offset, int length) {
        int sign = NumericCodec.sign(buffer, offset);
        return switch (sign) {
            case NumericCodec.POSITIVE, NumericCodec.NEGATIVE ->
                NumericCodec.read(buffer, offset).toPlainString();
            default -> special(sign);
        };
    }

    private static String special(int sign) {
        return switch (sign) {
            case NumericCodec.INFINITY -> "Infinity";
            case NumericCodec.MINUS_INFINITY -> "-Infinity";
            default -> "NaN";
        };
    }

    private static BigDecimal storable(BigDecimal value, TypedColumn destination) {
        if (value.scale() > NumericCodec.SCALE_MAX
                || (long) value.precision() - value.scale() > NumericCodec.INTEGER_DIGITS_MAX) {
            throw new ValueOutOfRangeException(destination, "a number of " + value.precision() + " digits");
        }
        int precision = precision(destination.type().modifier());
        if (precision != 0) {
            int integerDigits = precision - scale(destination.type().modifier());
            if (value.signum() != 0 && value.precision() - value.scale() > integerDigits) {
                throw new ValueOutOfRangeException(destination, "the number " + value.toPlainString());
            }
        }
        return value;
    }

    private record Decimals(Function<Object, BigDecimal> decimal, TypedColumn destination) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            NumericCodec.write(storable(decimal.apply(value), destination), out);
        }

        @Override
        public String text(Object value) {
            return storable(decimal.apply(value), destination).toPlainString();
        }
    }

    private record Longs(ToLongFunction<Object> number) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            NumericCodec.write(number.applyAsLong(value), out);
        }

        @Override
        public String text(Object value) {
            return Long.toString(number.applyAsLong(value));
        }
    }

    /** Numbers as text, and floats, whose shortest text is the number that was meant. */
    private record Texts(TypedColumn destination) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            String text = value.toString();
            switch (text) {
                case "NaN", "NAN" -> NumericCodec.writeSpecial(NumericCodec.NAN, out);
                case "Infinity", "POSITIVE_INFINITY" -> NumericCodec.writeSpecial(NumericCodec.INFINITY, out);
                case "-Infinity", "NEGATIVE_INFINITY" -> NumericCodec.writeSpecial(NumericCodec.MINUS_INFINITY, out);
                default -> NumericCodec.write(parsed(text), out);
            }
        }

        @Override
        public String text(Object value) {
            String text = value.toString();
            return switch (text) {
                case "NaN", "NAN" -> "NaN";
                case "Infinity", "POSITIVE_INFINITY" -> "Infinity";
                case "-Infinity", "NEGATIVE_INFINITY" -> "-Infinity";
                default -> parsed(text).toPlainString();
            };
        }

        private BigDecimal parsed(String text) {
            try {
                return storable(new BigDecimal(text.strip()), destination);
            } catch (NumberFormatException e) {
                throw new ValueOutOfRangeException(destination, "the text '" + text + "'");
            }
        }
    }
}
