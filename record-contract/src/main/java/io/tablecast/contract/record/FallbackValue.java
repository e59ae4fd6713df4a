// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * What stands for the value of a NOT NULL column that is not known: the same values as in Debezium's events for tables
 * whose replica identity is not full.
 */
final class FallbackValue {

    private static final String EPOCH_TIMESTAMP = "1970-01-01T00:00:00Z";
    private static final String EPOCH_TIME = "00:00:00Z";
    private static final Map<String, Object> BY_NAME = Map.of(
            "io.debezium.time.ZonedTimestamp",
            EPOCH_TIMESTAMP,
            "io.debezium.time.ZonedTime",
            EPOCH_TIME,
            "io.debezium.time.Interval",
            "P0Y0M0DT0H0M0S",
            "io.debezium.data.Json",
            "{}");

    private FallbackValue() {}

    static Object of(Schema schema) {
        Object named = schema.name() == null ? null : BY_NAME.get(schema.name());
        if (named != null) {
            return named;
        }
        if (Decimal.LOGICAL_NAME.equals(schema.name())) {
            return BigDecimal.ZERO.setScale(Integer.parseInt(schema.parameters().get(Decimal.SCALE_FIELD)));
        }
        return switch (schema.type()) {
            case INT8 -> (byte) 0;
            case INT16 -> (short) 0;
            case INT32 -> 0;
            case INT64 -> 0L;
            case FLOAT32 -> 0f;
            case FLOAT64 -> 0d;
            case BOOLEAN -> false;
            case STRING -> "";
            case BYTES -> ByteBuffer.allocate(0);
            case ARRAY -> List.of();
            case MAP -> Map.of();
            case STRUCT -> struct(schema);
        };
    }

    private static Struct struct(Schema schema) {
        Struct struct = new Struct(schema);
        for (Field field : schema.fields()) {
            if (!field.schema().isOptional()) {
                struct.put(field, of(field.schema()));
            }
        }
        return struct;
    }
}
