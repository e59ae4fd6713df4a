// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;

/**
 * {@code json}, its text unchanged, and {@code jsonb} as io.debezium.data.Json. Connect's structs, maps and arrays are
 * written into them as JSON.
 */
final class JsonFamily implements TypeFamily {

    private static final int JSONB_VERSION = 1;

    @Override
    public Optional<ReadPlan> reading(TypedColumn source, TypeModes modes) {
        return switch (source.type().oid()) {
            case Oids.JSON -> Optional.of(ReadPlan.of(SemanticTypes.string(SemanticTypes.JSON), TextFamily::read));
            case Oids.JSONB ->
                Optional.of(ReadPlan.of(
                        SemanticTypes.string(SemanticTypes.JSON),
                        (buffer, offset, length) -> TextFamily.read(buffer, offset + 1, length - 1)));
            default -> Optional.empty();
        };
    }

    @Override
    public Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        return switch (destination.type().oid()) {
            case Oids.JSON -> Optional.of(new Json(json(schema)));
            case Oids.JSONB -> Optional.of(new Jsonb(json(schema)));
            default -> Optional.empty();
        };
    }

    // A string is JSON already: nobody can tell a JSON text from a text that should become a JSON string.
    private static Function<Object, String> json(Schema schema) {
        return schema.type() == Schema.Type.STRING ? value -> (String) value : value -> JsonText.of(schema, value);
    }

    private record Json(Function<Object, String> json) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            out.writeUtf8(json.apply(value));
        }

        @Override
        public String text(Object value) {
            return json.apply(value);
        }
    }

    private record Jsonb(Function<Object, String> json) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            out.writeByte(JSONB_VERSION);
            out.writeUtf8(json.apply(value));
        }

        @Override
        public String text(Object value) {
            return json.apply(value);
        }
    }
}
