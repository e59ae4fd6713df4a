// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tablecast.contract.type.SemanticTypes;
import io.tablecast.contract.type.TypeModes.BinaryMode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * {@code binary}, {@code varbinary} and the blobs, as {@code binary.handling.mode} says. The binlog leaves out zero bytes
 * at the end of {@code binary}.
 */
final class BinaryCodec implements ColumnCodec {

    private final MySqlType type;
    private final BinaryMode mode;
    private final int lengthBytes;

    BinaryCodec(MySqlType type, BinaryMode mode) {
        this.type = type;
        this.mode = mode;
        this.lengthBytes = ByteLengths.of(type, 1);
    }

    @Override
    public SchemaBuilder schema() {
        return mode == BinaryMode.BYTES
                ? SchemaBuilder.bytes()
                : SchemaBuilder.string().parameter(SemanticTypes.BINARY_ENCODING, mode.configName());
    }

    @Override
    public Object ofBinlog(BinlogBytes in) {
        byte[] stored = in.take((int) in.littleEndian(lengthBytes));
        return ofQuery(type.kind() == MySqlKind.BINARY ? Arrays.copyOf(stored, type.length()) : stored);
    }

    @Override
    public Object ofQuery(byte[] bytes) {
        return switch (mode) {
            case BYTES -> ByteBuffer.wrap(bytes);
            case BASE64 -> new String(Base64.getEncoder().encode(bytes), ISO_8859_1);
            case BASE64_URL_SAFE -> new String(Base64.getUrlEncoder().encode(bytes), ISO_8859_1);
            case HEX -> HexFormat.of().formatHex(bytes);
        };
    }
}
