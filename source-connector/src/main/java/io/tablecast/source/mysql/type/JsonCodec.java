// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.shyiko.mysql.binlog.event.deserialization.json.JsonBinary;
import io.tablecast.contract.type.SemanticTypes;
import java.io.IOException;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.errors.DataException;

/** MySQL's {@code json} as the text that the server shows, without the spaces between values. */
final class JsonCodec implements ColumnCodec {

    private static final int LENGTH_BYTES = 4;

    @Override
    public SchemaBuilder schema() {
        return SemanticTypes.string(SemanticTypes.JSON);
    }

    @Override
    public Object ofBinlog(BinlogBytes in) {
        byte[] binary = in.take((int) in.littleEndian(LENGTH_BYTES));
        if (binary.length == 0) {
            // What a statement that ignores errors leaves in a column that takes no NULL.
            return "null";
        }
        JsonText text = new JsonText();
        try {
            JsonBinary.parse(binary, text);
        } catch (IOException e) {
            throw new DataException("Cannot read a JSON document of the binlog", e);
        }
        return text.toString();
    }

    @Override
    public Object ofQuery(byte[] value) {
        String spaced = new String(value, UTF_8);
        StringBuilder dense = new StringBuilder(spaced.length());
        boolean isInString = false;
        for (int i = 0; i < spaced.length(); i++) {
            char character = spaced.charAt(i);
            if (isInString && character == '\\') {
                dense.append(character).append(spaced.charAt(++i));
                continue;
            }
            if (character == '"') {
                isInString = !isInString;
            }
            if (isInString || character != ' ') {
                dense.append(character);
            }
        }
        return dense.toString();
    }
}
