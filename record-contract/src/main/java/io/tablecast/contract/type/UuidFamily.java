// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/** {@code uuid} as io.debezium.data.Uuid. */
final class UuidFamily implements TypeFamily {

    private static final int TEXT_LENGTH = 36;
    private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);

    @Override
    public Optional<ReadPlan> reading(TypedColumn source, TypeModes modes) {
        if (source.type().oid() != Oids.UUID) {
            return Optional.empty();
        }
        SchemaBuilder schema = SemanticTypes.string(SemanticTypes.UUID);
        return Optional.of(ReadPlan.of(schema, UuidFamily::read));
    }

    @Override
    public Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        if (destination.type().oid() != Oids.UUID || schema.type() != Schema.Type.STRING) {
            return Optional.empty();
        }
        return Optional.of(new Writer(destination));
    }

    private static Object read(byte[] buffer, int offset, int length) {
        byte[] text = new byte[TEXT_LENGTH];
        int position = 0;
        for (int i = 0; i < length; i++) {
            if (i == 4 || i == 6 || i == 8 || i == 10) {
                text[position++] = '-';
            }
            text[position++] = HEX[(buffer[offset + i] >> 4) & 0xf];
            text[position++] = HEX[buffer[offset + i] & 0xf];
        }
        return new String(text, ISO_8859_1);
    }

    private record Writer(TypedColumn destination) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            String text = (String) value;
            long high = 0;
            long low = 0;
            int digits = 0;
            for (int i = 0; i < text.length(); i++) {
                int digit = Character.digit(text.charAt(i), 16);
                if (digit < 0) {
                    checkPunctuation(text, i);
                    continue;
                }
                high = (high << 4) | (low >>> 60);
                low = (low << 4) | digit;
                digits++;
            }
            if (digits != 32) {
                throw notUuid(text);
            }
            out.writeLong(high);
            out.writeLong(low);
        }

        @Override
        public String text(Object value) {
            return (String) value;
        }

        // PostgreSQL takes braces around it too.
        private void checkPunctuation(String text, int position) {
            char character = text.charAt(position);
            boolean brace = (character == '{' && position == 0) || (character == '}' && position == text.length() - 1);
            if (character != '-' && !brace) {
                throw notUuid(text);
            }
        }

        private ValueOutOfRangeException notUuid(String text) {
            return new ValueOutOfRangeException(destination, "the text '" + text + "'");
        }
    }
}
