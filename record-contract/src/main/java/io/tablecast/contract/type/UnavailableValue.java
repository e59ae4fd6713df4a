// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.connect.data.Schema;

/**
 * Recognises the placeholder that Debezium sends for a value it does not know: one that an update left unchanged and the
 * database did not repeat. Immutable and thread-safe.
 */
public final class UnavailableValue {

    /** Debezium's default placeholder. */
    public static final String DEFAULT_PLACEHOLDER = "__debezium_unavailable_value";

    private static final UnavailableValue DEFAULT = new UnavailableValue(DEFAULT_PLACEHOLDER);

    private final String text;
    private final byte[] bytes;
    private final String hstoreJson;
    private final String uuid;

    /** Recognises a placeholder of another text. */
    public UnavailableValue(String placeholder) {
        text = placeholder;
        bytes = placeholder.getBytes(UTF_8);
        hstoreJson = "{\"" + placeholder + "\":\"" + placeholder + "\"}";
        uuid = UUID.nameUUIDFromBytes(bytes).toString();
    }

    /** Whether the value is Debezium's default placeholder, in whichever form the schema asks for. */
    public static boolean matches(Schema schema, Object value) {
        return value != null && DEFAULT.detector(schema).test(value);
    }

    /** What tells the placeholder among values of the schema, never null; made once per field. */
    public Predicate<Object> detector(Schema schema) {
        return switch (schema.type()) {
            case STRING -> value -> isPlaceholder((String) value);
            case BYTES -> isNumber(schema) ? value -> false : this::isPlaceholderBytes;
            case ARRAY -> arrayDetector(schema.valueSchema());
            case MAP -> value -> value instanceof Map<?, ?> map && map.size() == 1 && text.equals(map.get(text));
            default -> value -> false;
        };
    }

    private Predicate<Object> arrayDetector(Schema element) {
        return switch (element.type()) {
            case STRING ->
                value -> value instanceof List<?> list
                        && list.size() == 1
                        && list.get(0) instanceof String only
                        && (isPlaceholder(only) || only.equals(uuid));
            case BYTES ->
                value -> value instanceof List<?> list
                        && list.size() == 1
                        && list.get(0) != null
                        && !isNumber(element)
                        && isPlaceholderBytes(list.get(0));
            case INT8, INT16, INT32, INT64 -> value -> value instanceof List<?> list && spellsPlaceholder(list);
            default -> value -> false;
        };
    }

    private boolean isPlaceholder(String value) {
        return value.equals(text) || value.equals(hstoreJson);
    }

    private boolean isPlaceholderBytes(Object value) {
        return Arrays.equals(ConnectNumbers.bytes(value), bytes);
    }

    // Arrays of integers hold one number per byte of the placeholder.
    private boolean spellsPlaceholder(List<?> numbers) {
        if (numbers.size() != bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if (!(numbers.get(i) instanceof Number number) || number.longValue() != bytes[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean isNumber(Schema schema) {
        return ConnectNumbers.exactDecimals(schema).isPresent();
    }
}
