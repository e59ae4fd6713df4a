// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * {@code bit(1)} as boolean and {@code bit(n)} as io.debezium.data.Bits, padded to whole bytes. {@code bit varying} is
 * its text: Bits lose leading zeros, of which a varying length has any number.
 */
final class BitFamily implements TypeFamily {

    @Override
    public Optional<ReadPlan> reading(TypedColumn source, TypeModes modes) {
        return switch (source.type().oid()) {
            case Oids.BIT -> Optional.of(fixed(source.type().modifier()));
            case Oids.VARBIT -> Optional.of(ReadPlan.of(SchemaBuilder.string(), BitFamily::text));
            default -> Optional.empty();
        };
    }

    @Override
    public Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        return switch (destination.type().oid()) {
            case Oids.BIT -> bits(schema, destination, destination.type().modifier());
            case Oids.VARBIT -> bits(schema, destination, -1);
            default -> Optional.empty();
        };
    }

    private static ReadPlan fixed(int length) {
        if (length == 1) {
            return ReadPlan.of(SchemaBuilder.bool(), (buffer, offset, size) -> buffer[offset + 4] != 0);
        }
        return ReadPlan.of(SemanticTypes.bits(length), BitFamily::littleEndian);
    }

    // The binary form is the number of bits, then the bits, most significant first, with zeros filling the last byte.
    private static Object littleEndian(byte[] buffer, int offset, int length) {
        int bits = Binary.readInt(buffer, offset);
        int bytes = length - 4;
        int shift = bytes * 8 - bits;
        byte[] reversed = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            int last = offset + 4 + bytes - 1 - i;
            int upper = i == bytes - 1 ? 0 : buffer[last - 1] & 0xff;
            reversed[i] = (byte) (((upper << 8) | (buffer[last] & 0xff)) >> shift);
        }
        return reversed;
    }

    private static Object text(byte[] buffer, int offset, int length) {
        int bits = Binary.readInt(buffer, offset);
        StringBuilder text = new StringBuilder(bits);
        for (int i = 0; i < bits; i++) {
            text.append((char) ('0' + ((buffer[offset + 4 + i / 8] >> (7 - i % 8)) & 1)));
        }
        return text.toString();
    }

    private static Optional<ValueWriter> bits(Schema schema, TypedColumn destination, int length) {
        if (SemanticTypes.nameOf(schema).equals(SemanticTypes.BITS)) {
            int shown = length < 0 ? BitText.declaredLength(schema) : length;
            return Optional.of(
                    new Writer(value -> BitText.bits(ConnectNumbers.bytes(value), shown), length, destination));
        }
        if (schema.type() == Schema.Type.STRING) {
            return Optional.of(new Writer(String.class::cast, length, destination));
        }
        Optional<ToLongFunction<Object>> numbers = ConnectNumbers.longs(schema, destination);
        return numbers.map(number ->
                new Writer(value -> number(number.applyAsLong(value), length, destination), length, destination));
    }

    private static String number(long value, int length, TypedColumn destination) {
        if (value < 0) {
            throw new ValueOutOfRangeException(destination, "the number " + value);
        }
        String bits = Long.toBinaryString(value);
        return "0".repeat(Math.max(length - bits.length(), 0)) + bits;
    }

    private record Writer(Function<Object, String> bits, int length, TypedColumn destination) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            String text = text(value);
            out.writeInt(text.length());
            int filled = 0;
            for (int i = 0; i < text.length(); i++) {
                filled = (filled << 1) | (text.charAt(i) - '0');
                if (i % 8 == 7) {
                    out.writeByte(filled);
                    filled = 0;
                }
            }
            if (text.length() % 8 != 0) {
                out.writeByte(filled << (8 - text.length() % 8));
            }
        }

        @Override
        public String text(Object value) {
            String text = bits.apply(value);
            int limit = destination.type().modifier();
            boolean fits = length < 0 ? limit < 0 || text.length() <= limit : text.length() == length;
            if (!fits || !isBits(text)) {
                throw new ValueOutOfRangeException(destination, "the bits '" + text + "'");
            }
            return text;
        }

        private static boolean isBits(String text) {
            for (int i = 0; i < text.length(); i++) {
                if (text.charAt(i) != '0' && text.charAt(i) != '1') {
                    return false;
                }
            }
            return true;
        }
    }
}
