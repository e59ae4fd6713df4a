// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Date;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.data.Time;
import org.apache.kafka.connect.data.Timestamp;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TablecastJsonConverterTest {

    private static final String TOPIC = "t";
    private static final int VALUES = 300;

    private static final Schema INNER = SchemaBuilder.struct()
            .name("inner")
            .optional()
            .field("n", Schema.INT32_SCHEMA)
            .field("text", Schema.OPTIONAL_STRING_SCHEMA)
            .build();

    private static final Schema ROW = SchemaBuilder.struct()
            .name("a \"quoted\" } name")
            .doc("{\"schema\":{}} and a \\ backslash")
            .field("int8", Schema.OPTIONAL_INT8_SCHEMA)
            .field("int16", Schema.OPTIONAL_INT16_SCHEMA)
            .field("int32", Schema.INT32_SCHEMA)
            .field("int64", Schema.INT64_SCHEMA)
            .field("float32", Schema.OPTIONAL_FLOAT32_SCHEMA)
            .field("float64", Schema.OPTIONAL_FLOAT64_SCHEMA)
            .field("bool", Schema.OPTIONAL_BOOLEAN_SCHEMA)
            .field("naïve \"text\"", Schema.OPTIONAL_STRING_SCHEMA)
            .field("bytes", Schema.OPTIONAL_BYTES_SCHEMA)
            .field("decimal", Decimal.builder(3).optional().build())
            .field("date", Date.builder().optional().build())
            .field("time", Time.builder().optional().build())
            .field("timestamp", Timestamp.builder().optional().build())
            .field(
                    "numbers",
                    SchemaBuilder.array(Schema.OPTIONAL_INT64_SCHEMA).optional().build())
            .field("inners", SchemaBuilder.array(INNER).optional().build())
            .field("inner", INNER)
            .field(
                    "defaulted",
                    SchemaBuilder.string().optional().defaultValue("none").build())
            .field("requiredDefault", SchemaBuilder.int32().defaultValue(7).build())
            .build();

    private static final Schema WITH_MAP = SchemaBuilder.struct()
            .field("map", SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.INT32_SCHEMA))
            .build();

    private final JsonConverter kafkas = new JsonConverter();
    private final TablecastJsonConverter ours = new TablecastJsonConverter();

    static Stream<Map<String, String>> settings() {
        return Stream.of(
                Map.of(),
                Map.of("decimal.format", "NUMERIC"),
                Map.of("replace.null.with.default", "false"),
                Map.of("schemas.enable", "false"),
                Map.of("schemas.cache.size", "1"));
    }

    @ParameterizedTest
    @MethodSource("settings")
    void writesTheSameBytes(Map<String, String> settings) {
        configure(settings);
        Random random = new Random(1);
        for (int i = 0; i < VALUES; i++) {
            Struct row = row(random);

            assertThat(ours.fromConnectData(TOPIC, ROW, row)).isEqualTo(kafkas.fromConnectData(TOPIC, ROW, row));
            assertThat(ours.fromConnectData(TOPIC, INNER, inner(random)))
                    .startsWith((settings.containsKey("schemas.enable") ? "{\"n\"" : "{\"schema\":").getBytes(UTF_8));
        }
    }

    @ParameterizedTest
    @MethodSource("settings")
    void readsTheSameValues(Map<String, String> settings) {
        configure(settings);
        Random random = new Random(2);
        for (int i = 0; i < VALUES; i++) {
            byte[] message = kafkas.fromConnectData(TOPIC, ROW, row(random));

            assertSameReading(message);
        }
    }

    @Test
    void schemasAreReadOnceAndStayTheSameObject() {
        configure(Map.of());
        byte[] message = kafkas.fromConnectData(TOPIC, ROW, row(new Random(3)));

        Schema first = ours.toConnectData(TOPIC, message).schema();

        assertThat(ours.toConnectData(TOPIC, message).schema()).isSameAs(first).isEqualTo(ROW);
    }

    @Test
    void textsThatRepeatAreOneObject() {
        configure(Map.of());
        String known = "shop";

        assertThat(textAfter(known, known)).isSameAs(known);
        for (String other : List.of("", "shoq", "chop", "shopping", "sh\u00f6p", "\ud83d\ude00p", "x".repeat(10_000))) {
            assertThat(textAfter(other, known)).isEqualTo(other);
            assertThat(textAfter(known, other)).isEqualTo(known);
        }
    }

    /** What the second of two texts is read as; the first of them, if both are the same object. */
    @SuppressWarnings("ReferenceEquality") // Whether it is one object is what the test asks.
    private String textAfter(String text, String before) {
        Schema schema =
                SchemaBuilder.struct().field("text", Schema.STRING_SCHEMA).build();
        ours.toConnectData(TOPIC, ours.fromConnectData(TOPIC, schema, new Struct(schema).put("text", "to begin with")));
        String first = text(schema, before);
        String second = text(schema, text);
        return second == first ? before : second;
    }

    private String text(Schema schema, String text) {
        byte[] message = ours.fromConnectData(TOPIC, schema, new Struct(schema).put("text", text));
        return ((Struct) ours.toConnectData(TOPIC, message).value()).getString("text");
    }

    @Test
    void floatsThatAreNoNumbersComeBack() {
        configure(Map.of());
        Schema schema = SchemaBuilder.struct()
                .field("d", Schema.FLOAT64_SCHEMA)
                .field("f", Schema.FLOAT32_SCHEMA)
                .build();
        ours.toConnectData(TOPIC, ours.fromConnectData(TOPIC, schema, floats(schema, 1.5)));

        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -0.0}) {
            Struct floats = floats(schema, value);

            assertThat(ours.toConnectData(TOPIC, ours.fromConnectData(TOPIC, schema, floats))
                            .value())
                    .isEqualTo(floats);
        }
    }

    @Test
    void equalSchemasOfOtherIdentityAreWrittenAlike() {
        configure(Map.of());
        for (int i = 0; i < 3; i++) {
            Schema schema =
                    SchemaBuilder.struct().field("n", Schema.INT32_SCHEMA).build();
            Struct struct = new Struct(schema).put("n", i);

            assertThat(ours.fromConnectData(TOPIC, schema, struct))
                    .isEqualTo(kafkas.fromConnectData(TOPIC, schema, struct));
        }
    }

    @Test
    void changingSchemasOfATopicAreToldApart() {
        configure(Map.of());
        for (int round = 0; round < 3; round++) {
            for (int version = 0; version < 10; version++) {
                Schema schema = SchemaBuilder.struct()
                        .version(version)
                        .field("n" + version, Schema.INT32_SCHEMA)
                        .build();
                Struct struct = new Struct(schema).put("n" + version, version);

                SchemaAndValue read = ours.toConnectData(TOPIC, ours.fromConnectData(TOPIC, schema, struct));

                assertThat(read).isEqualTo(new SchemaAndValue(schema, struct));
            }
        }
    }

    @Test
    void mapsAndPrimitivesAndNullsGoTheUsualWay() {
        configure(Map.of());
        Struct withMap = new Struct(WITH_MAP).put("map", Map.of("a", 1));
        for (int i = 0; i < 2; i++) {
            assertThat(ours.fromConnectData(TOPIC, WITH_MAP, withMap))
                    .isEqualTo(kafkas.fromConnectData(TOPIC, WITH_MAP, withMap));
            assertSameReading(kafkas.fromConnectData(TOPIC, WITH_MAP, withMap));
            assertSameReading(kafkas.fromConnectData(TOPIC, Schema.STRING_SCHEMA, "x"));
            assertSameReading(kafkas.fromConnectData(TOPIC, Schema.OPTIONAL_STRING_SCHEMA, null));
            assertSameReading(null);
            assertThat(ours.fromConnectData(TOPIC, null, null)).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\":\"x\",\"n\":1}",
                "{\"n\":1}",
                "{\"n\":1,\"text\":null,\"more\":{\"deep\":[1,{}]}}",
                "{\"n\":1,\"n\":2,\"text\":\"x\"}",
                "{\"n\":\"5\",\"text\":\"x\"}",
                "{\"n\":1.5,\"text\":\"x\"}",
                "{\"n\":99999999999,\"text\":\"x\"}",
                "{\"n\":999999999999999999999,\"text\":\"x\"}",
                "{\"n\":007,\"text\":\"x\"}",
                "{\"n\":1,\"text\":5}",
                "{\"n\":1}}",
                "  { \"n\" : 1 , \"text\" : \"\\u00e9\\ud83d\\ude00\" }  ",
                "null"
            })
    void unusualPayloadsAreReadAsKafkaReadsThem(String payload) {
        configure(Map.of());
        String schema = schemaText(INNER);
        assertSameReading(message(schema, "{\"n\":1,\"text\":null}"));

        assertSameReading(message(schema, payload));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"text\":\"x\"}", "{\"n\":null}", "[1]", "{\"n\":1", "{\"n\":tru}", ""})
    void faultsAreWordedByKafka(String payload) {
        configure(Map.of());
        String schema = schemaText(INNER);
        assertSameReading(message(schema, "{\"n\":1,\"text\":null}"));
        byte[] faulty = message(schema, payload);

        assertThatThrownBy(() -> kafkas.toConnectData(TOPIC, faulty)).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> ours.toConnectData(TOPIC, faulty)).isInstanceOf(DataException.class);
    }

    @Test
    void otherLayoutsAreRead() {
        configure(Map.of());
        String schema = schemaText(INNER);
        for (int i = 0; i < 2; i++) {
            assertSameReading(("{\"payload\":{\"n\":1},\"schema\":" + schema + "}").getBytes(UTF_8));
            assertSameReading(("{ \"schema\" : " + schema + ", \"payload\" : {\"n\":1} }\n").getBytes(UTF_8));
            assertSameReading(("{\"schema\":" + schema + ",\"payload\":{\"n\":1}}\n").getBytes(UTF_8));
        }
    }

    @Test
    void valuesThatDoNotFitAreRefusedAsKafkaRefusesThem() {
        configure(Map.of());
        Struct row = row(new Random(4));
        ours.fromConnectData(TOPIC, ROW, row);
        Struct other = new Struct(
                SchemaBuilder.struct().field("n", Schema.INT32_SCHEMA).build());

        assertThatThrownBy(() -> ours.fromConnectData(TOPIC, ROW, other))
                .isInstanceOf(DataException.class)
                .hasMessage("Mismatching schema.");
        assertThatThrownBy(() -> ours.fromConnectData(TOPIC, ROW, "text"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("Invalid type for STRUCT");
        assertThatThrownBy(() -> ours.fromConnectData(TOPIC, ROW, new Struct(ROW)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("null value for field that is required");
    }

    private void configure(Map<String, String> settings) {
        kafkas.configure(settings, false);
        ours.configure(settings, false);
    }

    private void assertSameReading(byte[] message) {
        SchemaAndValue expected = kafkas.toConnectData(TOPIC, message);

        assertThat(ours.toConnectData(TOPIC, message)).isEqualTo(expected);
        // The second time the schema is known.
        assertThat(ours.toConnectData(TOPIC, message)).isEqualTo(expected);
    }

    private String schemaText(Schema schema) {
        String message = new String(kafkas.fromConnectData(TOPIC, schema, new Struct(schema).put("n", 0)), UTF_8);
        return message.substring("{\"schema\":".length(), message.indexOf(",\"payload\":"));
    }

    private static byte[] message(String schema, String payload) {
        return ("{\"schema\":" + schema + ",\"payload\":" + payload + "}").getBytes(UTF_8);
    }

    private static Struct floats(Schema schema, double value) {
        return new Struct(schema).put("d", value).put("f", (float) value);
    }

    private static Struct row(Random random) {
        Struct row = new Struct(ROW)
                .put("int32", random.nextInt())
                .put("int64", random.nextLong())
                .put("requiredDefault", random.nextInt(3));
        if (random.nextInt(4) == 0) {
            return row;
        }
        byte[] bytes = new byte[random.nextInt(20)];
        random.nextBytes(bytes);
        return row.put("int8", (byte) random.nextInt())
                .put("int16", (short) random.nextInt())
                .put("float32", (float) (random.nextGaussian() * Math.pow(10, random.nextInt(30) - 15)))
                .put("float64", random.nextGaussian() * Math.pow(10, random.nextInt(600) - 300))
                .put("bool", random.nextBoolean())
                .put("naïve \"text\"", text(random))
                .put("bytes", random.nextBoolean() ? bytes : ByteBuffer.wrap(bytes))
                .put("decimal", BigDecimal.valueOf(random.nextLong(), 3))
                .put("date", date(86_400_000L * random.nextInt(50_000)))
                .put("time", date(random.nextInt(86_400_000)))
                .put("timestamp", date(random.nextLong() / 1_000_000))
                .put(
                        "numbers",
                        IntStream.range(0, random.nextInt(4))
                                .mapToObj(i -> i == 2 ? null : random.nextLong())
                                .toList())
                .put("inners", List.of(inner(random), inner(random)))
                .put("inner", random.nextBoolean() ? inner(random) : null)
                .put("defaulted", random.nextBoolean() ? "some" : null);
    }

    private static java.util.Date date(long millis) {
        return java.util.Date.from(Instant.ofEpochMilli(millis));
    }

    private static Struct inner(Random random) {
        return new Struct(INNER).put("n", random.nextInt()).put("text", random.nextBoolean() ? text(random) : null);
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder();
        random.ints(random.nextInt(30), 0, 0x11000)
                .filter(point -> point < 0xd800 || point > 0xdfff)
                .forEach(text::appendCodePoint);
        return text.append("\"\\/\b\n\u0000😀").toString();
    }
}
