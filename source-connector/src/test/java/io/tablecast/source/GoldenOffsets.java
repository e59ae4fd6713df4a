// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Offsets that versions of Tablecast have stored. What a server gives stands there as <code>${name}</code>; the rest is as
 * it was written.
 */
final class GoldenOffsets {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_LONG_FOR_INTS)
            .build();

    private GoldenOffsets() {}

    /** An offset of version 0.1, with what a server gives. */
    static Map<String, Object> of(String name, Map<String, Object> given) {
        Map<String, Map<String, Object>> offsets = read("offsets-0.1.json");
        Map<String, Object> offset = new LinkedHashMap<>(Objects.requireNonNull(offsets.get(name), name));
        offset.replaceAll((key, value) -> isGiven(value) ? given(given, value.toString()) : value);
        return offset;
    }

    private static boolean isGiven(Object value) {
        return value instanceof String text && text.startsWith("${");
    }

    private static Object given(Map<String, Object> given, String value) {
        return Objects.requireNonNull(given.get(value.substring(2, value.length() - 1)), value);
    }

    private static Map<String, Map<String, Object>> read(String file) {
        try {
            return JSON.readValue(text(file), new TypeReference<>() {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of the golden set. */
    static String text(String file) {
        try (InputStream golden =
                Objects.requireNonNull(GoldenOffsets.class.getResourceAsStream("/golden/" + file), file)) {
            return new String(golden.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
