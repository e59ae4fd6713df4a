// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * The types whose binary form is their text: {@code text}, {@code varchar}, {@code char(n)} with its padding,
 * {@code name}, {@code citext}. Values of every schema can be written into them.
 */
final class TextFamily implements TypeFamily {

    private static final int MODIFIER_HEADER = 4;

    @Override
    public Optional<ReadPlan> reading(TypedColumn source, TypeModes modes) {
        if (!isText(source.type())) {
            return Optional.empty();
        }
        return Optional.of(ReadPlan.of(SchemaBuilder.string(), TextFamily::read));
    }

    @Override
    public Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        if (!isText(destination.type())) {
            return Optional.empty();
        }
        return Optional.of(new Writer(TextForms.of(schema, destination), limit(destination.type()), destination));
    }

    /** The text of a field. */
    static String read(byte[] buffer, int offset, int length) {
        return new String(buffer, offset, length, UTF_8);
    }

    private static boolean isText(PostgresType type) {
        return switch (type.oid()) {
            case Oids.TEXT, Oids.VARCHAR, Oids.BPCHAR, Oids.NAME -> true;
            default ->
                type instanceof PostgresType.Base
                        && !type.isBuiltIn()
                        && type.baseName().equals("citext");
        };
    }

    private static int limit(PostgresType type) {
        return type.modifier() < MODIFIER_HEADER ? Integer.MAX_VALUE : type.modifier() - MODIFIER_HEADER;
    }

    private record Writer(Function<Object, String> form, int limit, TypedColumn destination) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            out.writeUtf8(text(value));
        }

        @Override
        public String text(Object value) {
            String text = form.apply(value);
            if (text.length() > limit) {
                checkLength(text);
            }
            if (text.indexOf('\0') >= 0) {
                throw new ValueOutOfRangeException(destination, "a text with the character U+0000");
            }
            return text;
        }

        // Characters count, not chars, and PostgreSQL itself cuts spaces that are too many.
        private void checkLength(String text) {
            int characters = text.codePointCount(0, text.length());
            if (characters > limit
                    && !text.substring(text.offsetByCodePoints(0, limit)).isBlank()) {
                throw new ValueOutOfRangeException(destination, "a text of " + characters + " characters");
            }
        }
    }
}
