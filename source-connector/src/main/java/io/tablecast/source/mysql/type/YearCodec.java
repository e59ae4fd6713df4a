// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tablecast.contract.type.SemanticTypes;
import org.apache.kafka.connect.data.SchemaBuilder;

/** {@code year}; the year 0 is a value of its own. */
final class YearCodec implements ColumnCodec {

    private static final int FIRST = 1900;

    @Override
    public SchemaBuilder schema() {
        return SemanticTypes.int32(SemanticTypes.YEAR);
    }

    @Override
    public Object ofBinlog(BinlogBytes in) {
        int sinceFirst = in.unsignedByte();
        return sinceFirst == 0 ? 0 : FIRST + sinceFirst;
    }

    @Override
    public Object ofQuery(byte[] text) {
        return Integer.parseInt(new String(text, ISO_8859_1));
    }
}
