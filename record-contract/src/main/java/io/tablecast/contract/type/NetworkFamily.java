// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * {@code inet}, {@code cidr}, {@code macaddr} and {@code macaddr8} as the text that PostgreSQL shows. Texts that come
 * from such columns are written in binary, others in text form, because PostgreSQL reads more spellings than it writes.
 */
final class NetworkFamily implements TypeFamily {

    private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);
    private static final int MACADDR_BYTES = 6;
    private static final int MACADDR8_BYTES = 8;

    @Override
    public Optional<ReadPlan> reading(TypedColumn source, TypeModes modes) {
        return switch (source.type().oid()) {
            case Oids.INET, Oids.CIDR ->
                Optional.of(ReadPlan.of(
                        SchemaBuilder.string(),
                        (buffer, offset, length) ->
                                NetworkAddress.read(buffer, offset).toString()));
            case Oids.MACADDR, Oids.MACADDR8 -> Optional.of(ReadPlan.of(SchemaBuilder.string(), NetworkFamily::mac));
            default -> Optional.empty();
        };
    }

    @Override
    public Optional<ValueWriter> writing(Schema schema, TypedColumn destination) {
        if (!SourceParameters.isOf(schema, destination.type())) {
            return Optional.empty();
        }
        return switch (destination.type().oid()) {
            case Oids.INET, Oids.CIDR -> Optional.of(new AddressWriter(destination));
            case Oids.MACADDR -> Optional.of(new MacWriter(MACADDR_BYTES, destination));
            case Oids.MACADDR8 -> Optional.of(new MacWriter(MACADDR8_BYTES, destination));
            default -> Optional.empty();
        };
    }

    private static Object mac(byte[] buffer, int offset, int length) {
        byte[] text = new byte[3 * length - 1];
        for (int i = 0; i < length; i++) {
            if (i > 0) {
                text[3 * i - 1] = ':';
            }
            text[3 * i] = HEX[(buffer[offset + i] >> 4) & 0xf];
            text[3 * i + 1] = HEX[buffer[offset + i] & 0xf];
        }
        return new String(text, ISO_8859_1);
    }

    private record AddressWriter(TypedColumn destination) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            String text = (String) value;
            boolean cidr = destination.type().oid() == Oids.CIDR;
            NetworkAddress.parse(text, cidr)
                    .orElseThrow(() -> new ValueOutOfRangeException(destination, "the text '" + text + "'"))
                    .write(out);
        }

        @Override
        public String text(Object value) {
            return (String) value;
        }
    }

    private record MacWriter(int bytes, TypedColumn destination) implements ValueWriter {
        @Override
        public void write(Object value, CopyBuffer out) {
            String text = (String) value;
            if (text.length() != 3 * bytes - 1) {
                throw notMac(text);
            }
            for (int i = 0; i < text.length(); i += 3) {
                int high = Character.digit(text.charAt(i), 16);
                int low = Character.digit(text.charAt(i + 1), 16);
                if (high < 0 || low < 0 || (i > 0 && text.charAt(i - 1) != ':')) {
                    throw notMac(text);
                }
                out.writeByte((high << 4) | low);
            }
        }

        @Override
        public String text(Object value) {
            return (String) value;
        }

        private ValueOutOfRangeException notMac(String text) {
            return new ValueOutOfRangeException(destination, "the text '" + text + "'");
        }
    }
}
