// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tablecast.contract.type.SemanticTypes;
import java.util.List;
import java.util.StringJoiner;
import org.apache.kafka.connect.data.SchemaBuilder;

/** {@code enum} and {@code set}: both ways carry numbers, whose labels the column's type knows. */
final class LabelCodec implements ColumnCodec {

    private static final int ENUM_OF_ONE_BYTE = 255;
    private static final int LARGEST_SET_OF_FEW_BYTES = 32;

    private final boolean isSet;
    private final List<String> labels;
    private final int bytes;

    LabelCodec(MySqlType type) {
        this.isSet = type.kind() == MySqlKind.SET;
        this.labels = type.labels();
        this.bytes = isSet ? bytesOfSet(labels.size()) : labels.size() > ENUM_OF_ONE_BYTE ? 2 : 1;
    }

    @Override
    public SchemaBuilder schema() {
        return SemanticTypes.string(isSet ? SemanticTypes.ENUM_SET : SemanticTypes.ENUM)
                .parameter(SemanticTypes.ALLOWED, String.join(",", labels));
    }

    @Override
    public Object ofBinlog(BinlogBytes in) {
        return text(in.littleEndian(bytes));
    }

    @Override
    public Object ofQuery(byte[] number) {
        return text(Long.parseUnsignedLong(new String(number, ISO_8859_1)));
    }

    @Override
    public String selectExpression(String quotedColumn) {
        return "CAST(" + quotedColumn + " AS UNSIGNED)";
    }

    private String text(long number) {
        if (!isSet) {
            // 0 is the empty text that stands for a value that is none.
            return number == 0 ? "" : labels.get((int) number - 1);
        }
        StringJoiner members = new StringJoiner(",");
        for (int i = 0; i < labels.size(); i++) {
            if ((number >> i & 1) != 0) {
                members.add(labels.get(i));
            }
        }
        return members.toString();
    }

    private static int bytesOfSet(int members) {
        return members > LARGEST_SET_OF_FEW_BYTES ? 8 : (members + 7) / 8;
    }
}
