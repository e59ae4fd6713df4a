// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.sink.config.NulMode;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.sink.SinkRecord;

/** Takes U+0000 out of the texts of records, in place, as {@code nul.mode} says. For use by one thread. */
final class NulCharacters {

    private static final int MAX_KNOWN_SCHEMAS = 1_000;
    // In JSON it stands as an escape, unless its backslash is escaped itself.
    private static final Pattern IN_JSON = Pattern.compile("(?<!\\\\)((?:\\\\\\\\)*)\\\\u0000");
    private static final String JSON = "io.debezium.data.Json";

    private final NulMode mode;
    private final String replacement;
    private final IdentityHashMap<Schema, List<Field>> texts = new IdentityHashMap<>();

    NulCharacters(NulMode mode) {
        this.mode = mode;
        this.replacement = mode == NulMode.REPLACE ? "\uFFFD" : "";
    }

    /** Cleans key and value. */
    void clean(SinkRecord sinkRecord) {
        if (mode == NulMode.FAIL) {
            return;
        }
        if (sinkRecord.key() instanceof Struct key) {
            clean(key);
        }
        if (sinkRecord.value() instanceof Struct value) {
            clean(value);
        }
    }

    private void clean(Struct struct) {
        if (texts.size() > MAX_KNOWN_SCHEMAS) {
            texts.clear();
        }
        for (Field field : texts.computeIfAbsent(struct.schema(), NulCharacters::fieldsWithText)) {
            Object value = struct.getWithoutDefault(field.name());
            if (value instanceof Struct nested) {
                clean(nested);
            } else if (value instanceof String text) {
                String cleaned = cleaned(text, JSON.equals(field.schema().name()));
                if (!cleaned.equals(text)) {
                    struct.put(field, cleaned);
                }
            } else if (value instanceof List<?> elements && elements.stream().anyMatch(NulCharacters::hasNul)) {
                struct.put(field, cleaned(elements));
            }
        }
    }

    private static List<Field> fieldsWithText(Schema schema) {
        return schema.fields().stream()
                .filter(field -> switch (field.schema().type()) {
                    case STRING, STRUCT, ARRAY -> true;
                    default -> false;
                })
                .toList();
    }

    private static boolean hasNul(Object element) {
        return element instanceof String text && text.indexOf('\0') >= 0;
    }

    private List<Object> cleaned(List<?> elements) {
        List<Object> cleaned = new ArrayList<>();
        elements.forEach(element -> cleaned.add(element instanceof String text ? cleaned(text, false) : element));
        return cleaned;
    }

    private String cleaned(String text, boolean isJson) {
        String plain = text.indexOf('\0') < 0 ? text : text.replace("\0", replacement);
        return isJson && plain.contains("\\u0000") ? IN_JSON.matcher(plain).replaceAll("$1" + replacement) : plain;
    }
}
