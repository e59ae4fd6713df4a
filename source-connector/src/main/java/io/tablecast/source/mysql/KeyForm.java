// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.contract.offset.InvalidOffset;
import io.tablecast.contract.offset.OffsetCodec;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How offsets hold the key of a row: a JSON array with a text for each column, the value's bytes in hexadecimal digits as
 * the server returned them.
 */
public final class KeyForm {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};

    private KeyForm() {}

    /**
     * Refuses an offset whose key has another form.
     *
     * @throws InvalidOffset naming the entry
     */
    public static void require(Map<String, ?> offset) {
        Object key = offset.get(OffsetCodec.KEY_AFTER);
        if (key != null && read(key.toString()).isEmpty()) {
            throw new InvalidOffset("Offset " + offset + " cannot be used: \"" + OffsetCodec.KEY_AFTER
                    + "\" must be a JSON array of texts of hexadecimal digits, two for each byte, such as"
                    + " [\"34373131\"], but is " + key + ". Take a map from GET /connectors/<name>/offsets as a"
                    + " pattern, or delete the offset to copy the table again.");
        }
    }

    static String text(List<String> key) {
        try {
            return JSON.writeValueAsString(key);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Cannot write " + key + " as JSON", impossible);
        }
    }

    /** A key's parts; empty when the text has another form. */
    static Optional<List<String>> read(String text) {
        try {
            List<String> key = JSON.readValue(text, TEXTS);
            return key != null && key.stream().allMatch(KeyForm::isHexadecimal) ? Optional.of(key) : Optional.empty();
        } catch (JsonProcessingException notOurs) {
            return Optional.empty();
        }
    }

    private static boolean isHexadecimal(String part) {
        return part != null && part.length() % 2 == 0 && part.chars().allMatch(HexFormat::isHexDigit);
    }
}
