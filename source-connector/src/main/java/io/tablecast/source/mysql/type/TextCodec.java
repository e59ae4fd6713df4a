// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import org.apache.kafka.connect.data.SchemaBuilder;

/** Text of any character set. Both ways carry the stored bytes, which the same decoder reads. */
final class TextCodec implements ColumnCodec {

    private final TextDecoder decoder;
    private final int lengthBytes;

    TextCodec(MySqlType type, TextDecoder decoder) {
        this.decoder = decoder;
        this.lengthBytes = ByteLengths.of(type, decoder.bytesOfCharacter());
    }

    @Override
    public SchemaBuilder schema() {
        return SchemaBuilder.string();
    }

    @Override
    public Object ofBinlog(BinlogBytes in) {
        return decoder.decode(in.take((int) in.littleEndian(lengthBytes)));
    }

    @Override
    public Object ofQuery(byte[] stored) {
        return decoder.decode(stored);
    }
}
