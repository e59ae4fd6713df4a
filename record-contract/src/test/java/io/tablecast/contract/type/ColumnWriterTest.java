// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ColumnWriterTest {

    @ParameterizedTest
    @MethodSource("outOfRange")
    void valuesThatDoNotFitAreRefused(Schema schema, Object value, String type, String what) {
        ColumnWriter writer = writer(schema, type);

        assertThatThrownBy(() -> writer.write(value, new CopyBuffer()))
                .isInstanceOf(ValueOutOfRangeException.class)
                .hasMessage("Column \"c\": " + what + " does not fit its destination type " + type + ".");
    }

    private static Stream<Arguments> outOfRange() {
        Schema micros = SemanticTypes.int64(SemanticTypes.MICRO_TIMESTAMP).build();
        Schema zoned = SemanticTypes.string(SemanticTypes.ZONED_TIMESTAMP).build();
        return Stream.of(
                arguments(Schema.INT32_SCHEMA, 32_768, "smallint", "the number 32768"),
                arguments(Schema.INT64_SCHEMA, -2_147_483_649L, "integer", "the number -2147483649"),
                arguments(Schema.INT64_SCHEMA, 4_294_967_296L, "oid", "the number 4294967296"),
                arguments(Schema.FLOAT64_SCHEMA, 1.5, "bigint", "the number 1.5"),
                arguments(Schema.FLOAT64_SCHEMA, 0x1p63, "bigint", "the number 9.223372036854776E18"),
                arguments(Schema.FLOAT64_SCHEMA, Double.NaN, "bigint", "the number NaN"),
                arguments(Schema.FLOAT64_SCHEMA, 1e300, "real", "the number 1.0E300"),
                arguments(Decimal.schema(1), new BigDecimal("1.5"), "integer", "the number 1.5"),
                arguments(
                        Decimal.schema(0),
                        new BigDecimal("18446744073709551615"),
                        "bigint",
                        "the number 18446744073709551615"),
                arguments(Decimal.schema(0), new BigDecimal("100000"), "numeric(6,2)", "the number 100000"),
                arguments(Schema.STRING_SCHEMA, "1,5", "numeric", "the text '1,5'"),
                arguments(Schema.INT32_SCHEMA, 2, "boolean", "the number 2"),
                arguments(Schema.STRING_SCHEMA, "abcdef", "character varying(5)", "a text of 6 characters"),
                arguments(Schema.STRING_SCHEMA, "a\0", "text", "a text with the character U+0000"),
                arguments(Schema.STRING_SCHEMA, "a0eebc99", "uuid", "the text 'a0eebc99'"),
                arguments(
                        SemanticTypes.int32(SemanticTypes.DATE).build(),
                        2_147_000_000,
                        "date",
                        "the day 2147000000 since 1970"),
                arguments(
                        micros,
                        -9_223_372_036_854_775_000L,
                        "timestamp without time zone",
                        "the time -9223372036854775000 microseconds since 1970"),
                arguments(
                        micros,
                        -300_000_000_000_000_000L,
                        "timestamp with time zone",
                        "the time -300000000000000000 microseconds since 1970"),
                arguments(zoned, "2020-02-30T00:00:00Z", "timestamp with time zone", "the text '2020-02-30T00:00:00Z'"),
                arguments(
                        zoned,
                        "+999999999-01-01T00:00:00Z",
                        "timestamp with time zone",
                        "the time +999999999-01-01T00:00:00Z"),
                arguments(
                        SemanticTypes.int64(SemanticTypes.MICRO_TIME).build(),
                        -3_020_399_000_000L,
                        "time without time zone",
                        "the time -838:59:59"),
                arguments(
                        SemanticTypes.string(SemanticTypes.INTERVAL).build(),
                        "P99999999999Y",
                        "interval",
                        "the text 'P99999999999Y'"),
                arguments(SemanticTypes.bits(12).build(), new byte[] {0, 8}, "bit(8)", "the bits '100000000000'"));
    }

    @Test
    void elementsThatDoNotFitAreRefusedToo() {
        ColumnWriter writer = writer(SchemaBuilder.array(Schema.INT32_SCHEMA).build(), "smallint[]");

        assertThatThrownBy(() -> writer.write(List.of(1, 70_000), new CopyBuffer()))
                .isInstanceOf(ValueOutOfRangeException.class)
                .hasMessage("Column \"c\": the number 70000 does not fit its destination type smallint.");
    }

    @ParameterizedTest
    @MethodSource("foreign")
    void foreignSchemasAreWrittenInBinary(Schema schema, Object value, String type, String text, String bytes) {
        ColumnWriter writer = writer(schema, type);
        CopyBuffer buffer = new CopyBuffer();

        writer.write(value, buffer);

        assertThat(writer.isBinary()).isTrue();
        assertThat(writer.stagingType()).isEqualTo(type);
        assertThat(writer.text(value)).isEqualTo(text);
        assertThat(HexFormat.of().formatHex(buffer.toByteArray())).isEqualTo(sized(bytes));
    }

    static Stream<Arguments> foreign() {
        Schema date = SemanticTypes.int32(SemanticTypes.DATE).build();
        Schema nanos = SemanticTypes.int64(SemanticTypes.NANO_TIMESTAMP).build();
        Schema micros = SemanticTypes.int64(SemanticTypes.MICRO_TIMESTAMP).build();
        Schema zoned = SemanticTypes.string(SemanticTypes.ZONED_TIMESTAMP).build();
        Date second = Date.from(Instant.ofEpochSecond(946_684_801));
        return Stream.of(
                arguments(Schema.INT8_SCHEMA, (byte) 5, "bigint", "5", "0000000000000005"),
                arguments(Schema.INT32_SCHEMA, -5, "numeric", "-5", "00010000400000000005"),
                arguments(Schema.INT32_SCHEMA, -5, "double precision", "-5.0", "c014000000000000"),
                arguments(Schema.INT64_SCHEMA, 5L, "text", "5", "35"),
                arguments(Schema.BOOLEAN_SCHEMA, true, "smallint", "1", "0001"),
                arguments(Schema.INT16_SCHEMA, (short) 1, "boolean", "t", "01"),
                arguments(Schema.BOOLEAN_SCHEMA, true, "bit(3)", "001", "0000000320"),
                arguments(Schema.FLOAT64_SCHEMA, 0.1, "numeric", "0.1", "0001ffff0000000103e8"),
                arguments(Schema.FLOAT64_SCHEMA, Double.NaN, "numeric", "NaN", "00000000c0000000"),
                arguments(Schema.STRING_SCHEMA, "NAN", "numeric", "NaN", "00000000c0000000"),
                arguments(Schema.STRING_SCHEMA, "1E+3", "numeric", "1000", "000100000000000003e8"),
                arguments(Decimal.schema(2), new BigDecimal("5.00"), "integer", "5", "00000005"),
                arguments(Decimal.schema(2), new BigDecimal("5.00"), "text", "5.00", "352e3030"),
                arguments(SemanticTypes.bits(16).build(), new byte[] {1, 2}, "bigint", "513", "0000000000000201"),
                arguments(
                        SemanticTypes.bits(12).build(), new byte[] {3}, "bit varying", "000000000011", "0000000c0030"),
                arguments(
                        Schema.BYTES_SCHEMA,
                        ByteBuffer.wrap(new byte[] {9, 1, 2, 9}, 1, 2).slice(),
                        "bytea",
                        "\\x0102",
                        "0102"),
                arguments(
                        Schema.STRING_SCHEMA,
                        "{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}",
                        "uuid",
                        "{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}",
                        "a0eebc999c0b4ef8bb6d6bb9bd380a11"),
                arguments(date, 10_958, "timestamp without time zone", "2000-01-02 00:00:00", "000000141dd76000"),
                arguments(date, Integer.MAX_VALUE, "date", "infinity", "7fffffff"),
                arguments(date, -625_821_271, "date", "-infinity", "80000000"),
                arguments(
                        nanos,
                        946_684_800_000_001_999L,
                        "timestamp with time zone",
                        "2000-01-01 00:00:00.000001+00",
                        "0000000000000001"),
                arguments(nanos, Long.MAX_VALUE, "timestamp without time zone", "infinity", "7fffffffffffffff"),
                arguments(micros, 946_684_800_000_000L - 1, "date", "1999-12-31", "ffffffff"),
                arguments(
                        zoned,
                        "2000-01-01T02:00:01+02:00",
                        "timestamp without time zone",
                        "2000-01-01 00:00:01",
                        "00000000000f4240"),
                arguments(
                        zoned,
                        "2000-01-01T00:00:01.000001999Z",
                        "timestamp with time zone",
                        "2000-01-01 00:00:01.000001+00",
                        "00000000000f4241"),
                arguments(
                        org.apache.kafka.connect.data.Timestamp.SCHEMA,
                        second,
                        "timestamp with time zone",
                        "2000-01-01 00:00:01+00",
                        "00000000000f4240"),
                arguments(
                        org.apache.kafka.connect.data.Timestamp.SCHEMA,
                        second,
                        "bigint",
                        "946684801000",
                        "000000dc6acfafe8"),
                arguments(
                        org.apache.kafka.connect.data.Timestamp.SCHEMA,
                        second,
                        "text",
                        "2000-01-01 00:00:01",
                        HexFormat.of().formatHex("2000-01-01 00:00:01".getBytes(StandardCharsets.US_ASCII))),
                arguments(org.apache.kafka.connect.data.Date.SCHEMA, second, "date", "2000-01-01", "00000000"),
                arguments(
                        org.apache.kafka.connect.data.Time.SCHEMA,
                        Date.from(Instant.ofEpochSecond(1)),
                        "time without time zone",
                        "00:00:01",
                        "00000000000f4240"),
                arguments(
                        SemanticTypes.int64(SemanticTypes.MICRO_TIME).build(),
                        -3_020_399_000_000L,
                        "interval",
                        "0 months 0 days -838 hours -59 minutes -59 seconds",
                        "fffffd40c230c640" + "00000000" + "00000000"),
                arguments(
                        SchemaBuilder.array(Schema.OPTIONAL_INT32_SCHEMA).build(),
                        Arrays.asList(1, null),
                        "bigint[]",
                        "{\"1\",NULL}",
                        "00000001000000010000001400000002000000010000000800000000000000" + "01ffffffff"),
                arguments(
                        SchemaBuilder.array(Schema.INT32_SCHEMA).build(),
                        List.of(),
                        "integer[]",
                        "{}",
                        "000000000000000000000017"),
                arguments(
                        SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT32_SCHEMA)
                                .build(),
                        Map.of("a", 1),
                        "jsonb",
                        "{\"a\":1}",
                        "017b2261223a317d"));
    }

    @ParameterizedTest
    @MethodSource("texts")
    void otherwiseTextIsStagedAndCast(Schema schema, Object value, String type, String text, String cast) {
        ColumnWriter writer = writer(schema, type);

        assertThat(writer.isBinary()).isFalse();
        assertThat(writer.stagingType()).isEqualTo("text");
        assertThat(writer.text(value)).isEqualTo(text);
        assertThat(writer.fromStaging("s.\"v\"")).isEqualTo("s.\"v\"::" + cast);
    }

    private static Stream<Arguments> texts() {
        Schema integers = SchemaBuilder.array(Schema.INT32_SCHEMA).build();
        return Stream.of(
                arguments(Schema.STRING_SCHEMA, "2020-01-01", "date", "2020-01-01", "date"),
                arguments(Schema.STRING_SCHEMA, "[1,5)", "int4range", "[1,5)", "int4range"),
                arguments(Schema.STRING_SCHEMA, "{1,2}", "integer[]", "{1,2}", "integer[]"),
                arguments(Schema.STRING_SCHEMA, "{abcd}", "character varying(3)[]", "{abcd}", "character varying[]"),
                arguments(Schema.STRING_SCHEMA, "{abcd}", "character(3)[]", "{abcd}", "bpchar[]"),
                arguments(Schema.STRING_SCHEMA, "10.1/16", "cidr", "10.1/16", "cidr"),
                arguments(Decimal.schema(2), new BigDecimal("5.00"), "money", "5.00", "numeric::money"),
                arguments(Schema.STRING_SCHEMA, "$5", "money", "$5", "money"),
                arguments(
                        SchemaBuilder.array(integers).build(),
                        List.of(List.of(1, 2), List.of(3, 4)),
                        "integer[]",
                        "{{\"1\",\"2\"},{\"3\",\"4\"}}",
                        "integer[]"));
    }

    @Test
    void nullIsNullInBothFormats() {
        ColumnWriter writer = writer(Schema.OPTIONAL_INT32_SCHEMA, "integer");
        CopyBuffer binary = new CopyBuffer();
        CopyBuffer text = new CopyBuffer();

        writer.write(null, binary);
        writer.writeText(null, text);

        assertThat(HexFormat.of().formatHex(binary.toByteArray())).isEqualTo("ffffffff");
        assertThat(HexFormat.of().formatHex(text.toByteArray())).isEqualTo("5c4e");
    }

    @Test
    void structsOfOthersBecomeJson() {
        Schema inner = SchemaBuilder.struct()
                .field("x", Schema.FLOAT64_SCHEMA)
                .field("n", SemanticTypes.variableScaleDecimal().build())
                .build();
        Schema schema = SchemaBuilder.struct()
                .field("list", SchemaBuilder.array(inner).build())
                .field("json", SemanticTypes.string(SemanticTypes.JSON).build())
                .field("bytes", Schema.BYTES_SCHEMA)
                .field("none", Schema.OPTIONAL_STRING_SCHEMA)
                .build();
        Struct number = new Struct(inner.field("n").schema()).put("scale", 1).put("value", new byte[] {15});
        Struct value = new Struct(schema)
                .put("list", List.of(new Struct(inner).put("x", 0.5).put("n", number)))
                .put("json", "[1]")
                .put("bytes", new byte[] {1});

        assertThat(writer(schema, "jsonb").text(value))
                .isEqualTo("{\"list\":[{\"x\":0.5,\"n\":1.5}],\"json\":[1],\"bytes\":\"AQ==\",\"none\":null}");
        assertThat(writer(schema, "text").text(value)).startsWith("{\"list\":");
    }

    @Test
    void geometriesCarryTheirSridInside() {
        Schema schema = SchemaBuilder.struct()
                .name(SemanticTypes.GEOMETRY)
                .field("wkb", Schema.BYTES_SCHEMA)
                .field("srid", Schema.OPTIONAL_INT32_SCHEMA)
                .build();
        byte[] point = HexFormat.of().parseHex("0101000000000000000000f03f0000000000000040");
        PostgresType geometry = new PostgresType.Base(30_000, "public.geometry", "geometry", -1);
        ColumnWriter writer = ColumnWriter.create(schema, new TypedColumn("c", geometry, true));

        assertThat(writer.text(new Struct(schema).put("wkb", point)))
                .isEqualTo(HexFormat.of().formatHex(point));
        assertThat(writer.text(new Struct(schema).put("wkb", point).put("srid", 4326)))
                .isEqualTo("0101000020e6100000000000000000f03f0000000000000040");
    }

    private static ColumnWriter writer(Schema schema, String type) {
        return ColumnWriter.create(
                schema, new TypedColumn("c", BuiltInTypes.named(type).orElseThrow(), true));
    }

    private static String sized(String bytes) {
        return HexFormat.of().toHexDigits(bytes.length() / 2) + bytes;
    }
}
