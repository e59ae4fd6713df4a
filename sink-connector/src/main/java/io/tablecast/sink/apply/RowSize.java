// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;

/** Estimates how much memory a row's values take, cheaply; what counts is that large values are seen. */
public final class RowSize {

    private static final int FIXED = 24;

    private RowSize() {}

    /** Bytes, roughly. */
    public static long of(Struct row) {
        long size = FIXED;
        for (org.apache.kafka.connect.data.Field field : row.schema().fields()) {
            size += FIXED + variable(row.get(field));
        }
        return size;
    }

    private static long variable(Object value) {
        if (value instanceof String text) {
            return text.length();
        }
        if (value instanceof byte[] bytes) {
            return bytes.length;
        }
        if (value instanceof ByteBuffer bytes) {
            return bytes.remaining();
        }
        if (value instanceof Collection<?> elements) {
            return elements.stream()
                    .mapToLong(element -> FIXED + variable(element))
                    .sum();
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().stream()
                    .mapToLong(entry -> 2 * FIXED + variable(entry.getKey()) + variable(entry.getValue()))
                    .sum();
        }
        return value instanceof Struct nested ? of(nested) : 0;
    }
}
