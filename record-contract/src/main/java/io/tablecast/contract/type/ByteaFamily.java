// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static io.tablecast.contract.type.SemanticTypes.BINARY_ENCODING;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tablecast.contract.type.TypeModes.BinaryMode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.Function;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/** {@code bytea} as bytes, or by {@code binary.handling.mode} as text whose schema says how it is encoded. */
final class ByteaFamily implements TypeFamily {

    private static final HexFormat HEX = HexFormat.of();

    @Override
    public Optional<ReadPlan> reading(TypedColumn source, TypeModes modes) {
        if (source.type().oid() != Oids.BYTEA) {
            return Optional.empty();
        }
        return Optional.of(
                switch (modes.binary()) {
                    case BYTES ->
                        ReadPlan.of(
                                SchemaBuilder.bytes(),
                                (buffer, offset, length) -> ByteBuffer.wrap(slice(buffer, offset, length)));
                    case BASE64 -> base64(modes.binary(), Base64.getEncoder());
                    case BASE64_URL_SAFE -> base64(modes.binary(), Base64.getUrlEncoder());
                    case HEX ->
                        ReadPlan.of(
                                encoded(modes.binary()),
                                (buffer, offset, length) -> HEX.formatHex(buffer, offset, offset + length));
                });
    }

    @Override
    public Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        if (destination.type().oid() != Oids.BYTEA) {
            return Optional.empty();
        }
        if (schema.type() == Schema.Type.BYTES && !isNumber(schema)) {
            return Optional.of(new Writer(ConnectNumbers::bytes));
        }
        String encoding = SemanticTypes.parameter(schema, BINARY_ENCODING);
        for (BinaryMode mode : BinaryMode.values()) {
            if (mode.configName().equals(encoding)) {
                return Optional.of(new Writer(value -> decoded(mode, (String) value, destination)));
            }
        }
        return Optional.empty();
    }

    private static boolean isNumber(Schema schema) {
        return SemanticTypes.nameOf(schema).equals(org.apache.kafka.connect.data.Decimal.LOGICAL_NAME);
    }

    private static ReadPlan base64(BinaryMode mode, Base64.Encoder encoder) {
        return ReadPlan.of(
                encoded(mode),
                (buffer, offset, length) -> new String(encoder.encode(slice(buffer, offset, length)), ISO_8859_1));
    }

    private static SchemaBuilder encoded(BinaryMode mode) {
        return SchemaBuilder.string().parameter(BINARY_ENCODING, mode.configName());
    }

    private static byte[] slice(byte[] buffer, int offset, int length) {
        return Arrays.copyOfRange(buffer, offset, offset + length);
    }

    private static byte[] decoded(BinaryMode mode, String text, TypedColumn destination) {
        try {
            return switch (mode) {
                case BYTES -> throw new IllegalArgumentException("Bytes are never text");
                case BASE64 -> Base64.getDecoder().decode(text);
                case BASE64_URL_SAFE -> Base64.getUrlDecoder().decode(text);
                case HEX -> HEX.parseHex(text);
            };
        } catch (IllegalArgumentException e) {
            throw new ValueOutOfRangeException(destination, "a text that is not " + mode.configName());
        }
    }

    private record Writer(Function<Object, byte[]> bytes) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            byte[] content = bytes.apply(value);
            out.writeBytes(content, 0, content.length);
        }

        @Override
        public String text(Object value) {
            return "\\x" + HEX.formatHex(bytes.apply(value));
        }
    }
}
