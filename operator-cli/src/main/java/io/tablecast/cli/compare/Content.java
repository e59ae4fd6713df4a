// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tablecast.contract.type.SemanticTypes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/**
 * What a column's values say, whichever server they come from: values of one content are equal exactly when their texts
 * are.
 */
enum Content {
    TRUTH {
        @Override
        String text(Schema schema, Object value) {
            return value.toString();
        }
    },
    NUMBER {
        @Override
        String text(Schema schema, Object value) {
            BigDecimal number = number(value);
            // Zero keeps its scale when it is stripped on older Java.
            return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
        }
    },
    FLOATING {
        @Override
        String text(Schema schema, Object value) {
            return Double.toString(((Number) value).doubleValue());
        }
    },
    DAY {
        @Override
        String text(Schema schema, Object value) {
            return LocalDate.ofEpochDay((Integer) value).toString();
        }
    },
    TIME_OF_DAY {
        @Override
        String text(Schema schema, Object value) {
            return micros(schema, value);
        }
    },
    LOCAL_TIME {
        @Override
        String text(Schema schema, Object value) {
            return micros(schema, value);
        }
    },
    MOMENT {
        @Override
        String text(Schema schema, Object value) {
            return OffsetDateTime.parse((String) value).toInstant().toString();
        }
    },
    TEXT {
        @Override
        String text(Schema schema, Object value) {
            return (String) value;
        }
    },
    DOCUMENT {
        @Override
        String text(Schema schema, Object value) {
            return document((String) value);
        }
    },
    BYTES {
        @Override
        String text(Schema schema, Object value) {
            return HexFormat.of().formatHex(bytes(value));
        }
    },
    BITS {
        @Override
        String text(Schema schema, Object value) {
            byte[] littleEndian = bytes(value);
            byte[] bigEndian = new byte[littleEndian.length];
            for (int i = 0; i < bigEndian.length; i++) {
                bigEndian[i] = littleEndian[littleEndian.length - 1 - i];
            }
            return new BigInteger(1, bigEndian).toString(2);
        }
    };

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private static final int MICROS_OF_MILLI = 1_000;

    private static final Map<String, Content> NAMED = Map.ofEntries(
            Map.entry(Decimal.LOGICAL_NAME, NUMBER),
            Map.entry(SemanticTypes.VARIABLE_SCALE_DECIMAL, NUMBER),
            Map.entry(SemanticTypes.YEAR, NUMBER),
            Map.entry(SemanticTypes.DATE, DAY),
            Map.entry(SemanticTypes.TIME, TIME_OF_DAY),
            Map.entry(SemanticTypes.MICRO_TIME, TIME_OF_DAY),
            Map.entry(SemanticTypes.TIMESTAMP, LOCAL_TIME),
            Map.entry(SemanticTypes.MICRO_TIMESTAMP, LOCAL_TIME),
            Map.entry(SemanticTypes.ZONED_TIMESTAMP, MOMENT),
            Map.entry(SemanticTypes.JSON, DOCUMENT),
            Map.entry(SemanticTypes.UUID, TEXT),
            Map.entry(SemanticTypes.ENUM, TEXT),
            Map.entry(SemanticTypes.ENUM_SET, TEXT),
            Map.entry(SemanticTypes.BITS, BITS));

    /** The text of a value that is not NULL. */
    abstract String text(Schema schema, Object value);

    /** What values of a schema say; empty where servers write them in forms that cannot be told to be equal. */
    static Optional<Content> of(Schema schema) {
        if (schema.name() != null) {
            return Optional.ofNullable(NAMED.get(schema.name()));
        }
        return switch (schema.type()) {
            case BOOLEAN -> Optional.of(TRUTH);
            case INT8, INT16, INT32, INT64 -> Optional.of(NUMBER);
            case FLOAT32, FLOAT64 -> Optional.of(FLOATING);
            case STRING -> Optional.of(TEXT);
            case BYTES -> Optional.of(BYTES);
            case ARRAY, MAP, STRUCT -> Optional.empty();
        };
    }

    private static BigDecimal number(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal;
        }
        if (value instanceof Struct variable) {
            byte[] unscaled = variable.getBytes(SemanticTypes.VALUE);
            return new BigDecimal(new BigInteger(unscaled), variable.getInt32(SemanticTypes.SCALE));
        }
        return BigDecimal.valueOf(((Number) value).longValue());
    }

    private static String micros(Schema schema, Object value) {
        boolean isOfMillis = SemanticTypes.TIME.equals(schema.name()) || SemanticTypes.TIMESTAMP.equals(schema.name());
        long units = ((Number) value).longValue();
        return String.valueOf(isOfMillis ? units * MICROS_OF_MILLI : units);
    }

    private static byte[] bytes(Object value) {
        if (value instanceof byte[] array) {
            return array;
        }
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] array = new byte[buffer.remaining()];
        buffer.get(array);
        return array;
    }

    private static String document(String text) {
        try {
            return ordered(JSON.readTree(text));
        } catch (JsonProcessingException notOfJackson) {
            return text;
        }
    }

    /** Members in the order of their names, numbers in one form. */
    private static String ordered(JsonNode node) {
        StringBuilder text = new StringBuilder();
        if (node.isObject()) {
            Map<String, JsonNode> members = new TreeMap<>();
            node.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
            members.forEach((name, member) ->
                    text.append(name.length()).append(':').append(name).append(ordered(member)));
            return "{" + text + "}";
        }
        if (node.isArray()) {
            node.forEach(element -> text.append(ordered(element)).append(','));
            return "[" + text + "]";
        }
        return node.isNumber() ? NUMBER.text(null, node.decimalValue()) : node.toString();
    }
}
