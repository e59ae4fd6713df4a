// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class UnavailableValueTest {

    private static final String TEXT = "__debezium_unavailable_value";
    private static final byte[] BYTES = TEXT.getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @MethodSource("placeholders")
    void placeholderIsRecognisedInEveryForm(Schema schema, Object value) {
        assertThat(UnavailableValue.matches(schema, value)).isTrue();
    }

    private static Stream<Arguments> placeholders() {
        List<Integer> numbers = new ArrayList<>();
        List<Long> longs = new ArrayList<>();
        for (byte unit : BYTES) {
            numbers.add((int) unit);
            longs.add((long) unit);
        }
        return Stream.of(
                arguments(Schema.STRING_SCHEMA, TEXT),
                arguments(SemanticTypes.string(SemanticTypes.JSON).build(), TEXT),
                arguments(SemanticTypes.string(SemanticTypes.JSON).build(), "{\"" + TEXT + "\":\"" + TEXT + "\"}"),
                arguments(Schema.BYTES_SCHEMA, BYTES),
                arguments(Schema.OPTIONAL_BYTES_SCHEMA, ByteBuffer.wrap(BYTES)),
                arguments(SchemaBuilder.array(Schema.STRING_SCHEMA).build(), List.of(TEXT)),
                arguments(SchemaBuilder.array(Schema.BYTES_SCHEMA).build(), List.of(ByteBuffer.wrap(BYTES))),
                arguments(SchemaBuilder.array(Schema.INT32_SCHEMA).build(), numbers),
                arguments(SchemaBuilder.array(Schema.INT64_SCHEMA).build(), longs),
                arguments(
                        SchemaBuilder.array(
                                        SemanticTypes.string(SemanticTypes.UUID).build())
                                .build(),
                        List.of(UUID.nameUUIDFromBytes(BYTES).toString())),
                arguments(
                        SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_STRING_SCHEMA)
                                .build(),
                        Map.of(TEXT, TEXT)));
    }

    @Test
    void otherValuesAreNot() {
        assertThat(UnavailableValue.matches(Schema.OPTIONAL_STRING_SCHEMA, null))
                .isFalse();
        assertThat(UnavailableValue.matches(Schema.STRING_SCHEMA, "x" + TEXT)).isFalse();
        assertThat(UnavailableValue.matches(Schema.INT32_SCHEMA, 95)).isFalse();
        assertThat(UnavailableValue.matches(Decimal.schema(0), new java.math.BigDecimal(1)))
                .isFalse();
        assertThat(UnavailableValue.matches(
                        SchemaBuilder.array(Schema.STRING_SCHEMA).build(), List.of(TEXT, TEXT)))
                .isFalse();
        assertThat(UnavailableValue.matches(
                        SchemaBuilder.array(Schema.INT32_SCHEMA).build(), List.of(95)))
                .isFalse();
    }

    @Test
    void placeholderCanBeAnother() {
        assertThat(new UnavailableValue("?").detector(Schema.STRING_SCHEMA).test("?"))
                .isTrue();
        assertThat(new UnavailableValue("?").detector(Schema.STRING_SCHEMA).test(TEXT))
                .isFalse();
    }
}
