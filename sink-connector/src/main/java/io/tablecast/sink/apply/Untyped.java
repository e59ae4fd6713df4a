// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.contract.type.PostgresType;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HexFormat;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;

/**
 * Values of records without schemas. They are carried as texts, and the destination column says what they mean: numbers in
 * columns of dates and times count as Debezium's default forms do (days; milliseconds up to a precision of 3, else
 * microseconds), texts in {@code bytea} are base64, JSON arrays become arrays.
 */
public final class Untyped {

    /** The schema of such a value. */
    public static final Schema VALUE = SchemaBuilder.string()
            .optional()
            .name("io.tablecast.sink.UntypedValue")
            .build();

    /** The name of the schema of such a row. */
    public static final String ROW = "io.tablecast.sink.UntypedRow";

    private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");
    private static final int MILLIS_PRECISION = 3;
    private static final long MICROS = 1_000_000;
    private static final long NANOS_OF_MICRO = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private Untyped() {}

    /** Whether rows of the schema came without one. */
    static boolean isRow(Schema row) {
        return ROW.equals(row.name());
    }

    /** Whether values of the schema came without one. */
    static boolean isValue(Schema schema) {
        return VALUE.name().equals(schema.name());
    }

    /** The schema that values of this one are written by. */
    static Schema written(Schema schema) {
        return isValue(schema) ? Schema.OPTIONAL_STRING_SCHEMA : schema;
    }

    /** What makes of such a value the text that PostgreSQL reads as the type. NULL stays NULL. */
    static UnaryOperator<Object> reader(PostgresType type) {
        boolean isMillis = type.modifier() >= 0 && type.modifier() <= MILLIS_PRECISION;
        if (type instanceof PostgresType.Array) {
            return ofText(text -> text.startsWith("[") ? array(text) : text);
        }
        return switch (type.baseName()) {
            case "date" -> ofNumber(days -> LocalDate.ofEpochDay(days).toString());
            case "timestamp", "timestamptz" ->
                ofNumber(moment -> instant(isMillis ? moment * 1_000 : moment)
                        + (type.baseName().equals("timestamp") ? "" : "Z"));
            case "time" ->
                ofNumber(moment -> LocalTime.ofNanoOfDay((isMillis ? moment * 1_000 : moment) * NANOS_OF_MICRO)
                        .toString());
            case "bytea" -> ofText(Untyped::bytes);
            default -> UnaryOperator.identity();
        };
    }

    private static UnaryOperator<Object> ofText(UnaryOperator<String> reading) {
        return value -> value == null ? null : reading.apply((String) value);
    }

    private interface OfNumber {
        String text(long number);
    }

    private static UnaryOperator<Object> ofNumber(OfNumber reading) {
        return ofText(text -> INTEGER.matcher(text).matches() ? reading.text(Long.parseLong(text)) : text);
    }

    private static String instant(long micros) {
        return Instant.ofEpochSecond(Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * NANOS_OF_MICRO)
                .atOffset(ZoneOffset.UTC)
                .toLocalDateTime()
                .toString();
    }

    private static String bytes(String text) {
        try {
            return "\\x" + HexFormat.of().formatHex(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException notBase64) {
            return text;
        }
    }

    private static String array(String text) {
        try {
            return literal(JSON.readTree(text));
        } catch (JsonProcessingException notJson) {
            return text;
        }
    }

    private static String literal(JsonNode node) {
        if (node.isNull()) {
            return "NULL";
        }
        if (!node.isArray()) {
            String text = node.isTextual() ? node.asText() : node.toString();
            return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
        }
        StringBuilder literal = new StringBuilder("{");
        for (JsonNode element : node) {
            literal.append(literal.length() == 1 ? "" : ",").append(literal(element));
        }
        return literal.append('}').toString();
    }
}
