// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.type.TypeModes.ArrayMode;
import io.tablecast.contract.type.TypeModes.BinaryMode;
import io.tablecast.contract.type.TypeModes.DecimalMode;
import io.tablecast.contract.type.TypeModes.IntervalMode;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.ConnectSchema;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnReaderTest {

    private static final TypeModes STRINGS =
            new TypeModes(DecimalMode.STRING, IntervalMode.NUMERIC, BinaryMode.HEX, ArrayMode.TEXT);

    // Values as Debezium 3.6 writes them into JSON, bytes in hexadecimal.
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "boolean; 01; BOOLEAN; ; true",
                "smallint; 8000; INT16; ; -32768",
                "integer; ffffffff; INT32; ; -1",
                "bigint; 7fffffffffffffff; INT64; ; 9223372036854775807",
                "oid; ffffffff; INT64; ; 4294967295",
                "real; 3dcccccd; FLOAT32; ; 0.1",
                "double precision; 7ff8000000000000; FLOAT64; ; NaN",
                "numeric(5,2); 000200000000000200011388; BYTES; org.apache.kafka.connect.data.Decimal; 1.50",
                "text; 68c3a9; STRING; ; h\u00e9",
                "character(3); 612020; STRING; ; 'a  '",
                "date; 00000000; INT32; io.debezium.time.Date; 10957",
                "date; 7fffffff; INT32; io.debezium.time.Date; -2147472692",
                "date; 80000000; INT32; io.debezium.time.Date; -2147472691",
                "time(3) without time zone; 00000000000003e8; INT32; io.debezium.time.Time; 1",
                "time without time zone; 000000141dd76000; INT64; io.debezium.time.MicroTime; 86400000000",
                "time with time zone; 00000002920adcc0ffffe3e0; STRING; io.debezium.time.ZonedTime; 03:04:00.12+02:00",
                "timestamp(3) without time zone; fffffffffffffc18; INT64; io.debezium.time.Timestamp; 946684799999",
                "timestamp(3) without time zone; 7fffffffffffffff; INT64; io.debezium.time.Timestamp; 9223372036825200",
                "timestamp without time zone; 0000000000000001; INT64; io.debezium.time.MicroTimestamp; 946684800000001",
                "timestamp without time zone; 7fffffffffffffff; INT64; io.debezium.time.MicroTimestamp; 9223372036825200000",
                "timestamp without time zone; 8000000000000000; INT64; io.debezium.time.MicroTimestamp; -9223372036832400000",
                "timestamp with time zone; 0000000000000000; STRING; io.debezium.time.ZonedTimestamp; 2000-01-01T00:00:00.000000Z",
                "timestamp(3) with time zone; ffffffffffffe0c0; STRING; io.debezium.time.ZonedTimestamp; 1999-12-31T23:59:59.992Z",
                "timestamp(0) with time zone; 0000000000000000; STRING; io.debezium.time.ZonedTimestamp; 2000-01-01T00:00:00Z",
                "timestamp with time zone; 7fffffffffffffff; STRING; io.debezium.time.ZonedTimestamp; infinity",
                "timestamp with time zone; 8000000000000000; STRING; io.debezium.time.ZonedTimestamp; -infinity",
                "interval; 000000036c97a760 00000003 0000000e; STRING; io.debezium.time.Interval; P1Y2M3DT4H5M6.78S",
                "uuid; a0eebc999c0b4ef8bb6d6bb9bd380a11; STRING; io.debezium.data.Uuid; a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
                "json; 7b7d; STRING; io.debezium.data.Json; {}",
                "jsonb; 017b7d; STRING; io.debezium.data.Json; {}",
                "bit(1); 0000000180; BOOLEAN; ; true",
                "bit(5); 0000000598; BYTES; io.debezium.data.Bits; 13",
                "bit(12); 0000000c8010; BYTES; io.debezium.data.Bits; 0108",
                "bit varying(5); 0000000320; STRING; ; 001",
                "bytea; 00ff; BYTES; ; 00ff",
                "inet; 02200004c0a80101; STRING; ; 192.168.1.1",
                "macaddr; 08002b0102ff; STRING; ; 08:00:2b:01:02:ff",
                "int4range; 5b312c3529; STRING; ; '[1,5)'",
                "xml; 3c612f3e; STRING; io.debezium.data.Xml; <a/>",
                "tsvector; 276127; STRING; io.debezium.data.Tsvector; '''a'''"
            })
    void valuesHaveDebeziumsForm(String type, String bytes, Schema.Type schemaType, String name, String expected) {
        ColumnReader reader = reader(type, TypeModes.DEFAULT);

        Object value = read(reader, bytes);

        assertThat(reader.fieldSchema().type()).isEqualTo(schemaType);
        assertThat(reader.fieldSchema().name()).isEqualTo(name);
        ConnectSchema.validateValue(reader.fieldSchema(), value);
        assertThat(shown(value)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "integer; INT4; 10; 0",
                "character varying(200); VARCHAR; 200; 0",
                "text; TEXT; 2147483647; 0",
                "numeric(12,2); NUMERIC; 12; 2",
                "numeric; NUMERIC; 0;",
                "timestamp without time zone; TIMESTAMP; 29; 6",
                "timestamp(3) without time zone; TIMESTAMP; 26; 3",
                "timestamp(0) without time zone; TIMESTAMP; 22; 0",
                "timestamp with time zone; TIMESTAMPTZ; 35; 6",
                "time(3) without time zone; TIME; 12; 3",
                "time with time zone; TIMETZ; 21; 6",
                "interval; INTERVAL; 49; 6",
                "interval(3); INTERVAL; 49; 3",
                "double precision; FLOAT8; 17; 17",
                "bit(5); BIT; 5; 0",
                "integer[]; _INT4; 10; 0",
                "numeric(12,2)[]; _NUMERIC; 12; 2",
                "bpchar; BPCHAR; 2147483647; 0"
            })
    void parametersAreWhatDebeziumPropagates(String type, String name, String length, String scale) {
        TypedColumn column = new TypedColumn("c", BuiltInTypes.named(type).orElseThrow(), true);

        Map<String, String> parameters = ColumnReader.createWithSourceParameters(column, TypeModes.DEFAULT)
                .fieldSchema()
                .parameters();

        assertThat(parameters)
                .containsEntry("__debezium.source.column.type", name)
                .containsEntry("__debezium.source.column.length", length);
        assertThat(parameters.get("__debezium.source.column.scale")).isEqualTo(scale);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "bigint",
                "integer",
                "smallint",
                "text",
                "boolean",
                "numeric(12,2)",
                "numeric",
                "jsonb",
                "timestamp without time zone",
                "timestamp with time zone",
                "date",
                "uuid",
                "bytea",
                "integer[]"
            })
    void typesThatTheSchemaTellsAreNotRepeated(String type) {
        Schema schema = reader(type, TypeModes.DEFAULT).fieldSchema();

        assertThat(SemanticTypes.parameter(schema, SemanticTypes.COLUMN_TYPE)).isEmpty();
        assertThat(DestinationTypes.typeFor(schema).preferred()).isEqualTo(type);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "character varying(200)",
                "character(3)",
                "json",
                "timestamp(0) without time zone",
                "inet",
                "oid",
                "bit varying(5)",
                "character varying(20)[]"
            })
    void typesThatTheSchemaCannotTellAreNamed(String type) {
        assertThat(reader(type, TypeModes.DEFAULT).fieldSchema().parameters())
                .containsEntry("tablecast.column.type", type)
                .doesNotContainKey("__debezium.source.column.type");
    }

    @Test
    void nullabilityIsTheColumns() {
        PostgresType type = BuiltInTypes.named("integer").orElseThrow();

        assertThat(ColumnReader.create(new TypedColumn("a", type, true), TypeModes.DEFAULT)
                        .fieldSchema()
                        .isOptional())
                .isTrue();
        assertThat(ColumnReader.create(new TypedColumn("a", type, false), TypeModes.DEFAULT)
                        .fieldSchema()
                        .isOptional())
                .isFalse();
    }

    @Test
    void unconstrainedNumericKeepsItsScale() {
        Struct value = (Struct) read(reader("numeric", TypeModes.DEFAULT), "000200000000000200011388");

        assertThat(value.schema().name()).isEqualTo("io.debezium.data.VariableScaleDecimal");
        assertThat(value.getInt32("scale")).isEqualTo(2);
        assertThat(value.getBytes("value")).isEqualTo(new byte[] {0, (byte) 150});
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"numeric(12,2); 12; 2", "numeric(5,-2); 7; 0", "numeric(3,5); 5; 5"})
    void precisionIsWideEnoughForEveryScale(String type, String precision, String scale) {
        assertThat(reader(type, TypeModes.DEFAULT).fieldSchema().parameters())
                .containsEntry("connect.decimal.precision", precision)
                .containsEntry("scale", scale);
    }

    @ParameterizedTest
    @CsvSource({"c000, NaN", "d000, Infinity", "f000, -Infinity"})
    void numbersThatAreNoneNeedTextOrFloats(String sign, String shown) {
        String bytes = "00000000" + sign + "0000";

        assertThatThrownBy(() -> read(reader("numeric(12,2)", TypeModes.DEFAULT), bytes))
                .isInstanceOf(UnreadableValueException.class)
                .hasMessage("Column \"c\" of type numeric(12,2): cannot carry " + shown
                        + ". Set decimal.handling.mode=string to carry it.");
        assertThat(read(reader("numeric(12,2)", STRINGS), bytes)).isEqualTo(shown);
        TypeModes doubles = new TypeModes(DecimalMode.DOUBLE, IntervalMode.STRING, BinaryMode.BYTES, ArrayMode.ARRAY);
        assertThat(read(reader("numeric(12,2)", doubles), bytes)).isEqualTo(Double.parseDouble(shown));
    }

    @Test
    void timestampsPastTheEndOf64BitsAreRefused() {
        assertThatThrownBy(() -> read(reader("timestamp without time zone", TypeModes.DEFAULT), "7fff000000000000"))
                .isInstanceOf(UnreadableValueException.class)
                .hasMessageStartingWith(
                        "Column \"c\" of type timestamp without time zone: cannot carry the timestamp 2")
                .hasMessageEndingWith("use 'infinity' for such values.");
    }

    @Test
    void arraysOfSeveralDimensionsNeedText() {
        String twoByOne = "00000002 00000000 00000017 00000002 00000001 00000001 00000001"
                + "00000004 00000007 00000004 00000008";
        String fromZero = "00000001 00000000 00000017 00000001 00000000 00000004 00000007";
        ColumnReader reader = reader("integer[]", TypeModes.DEFAULT);

        assertThatThrownBy(() -> read(reader, twoByOne))
                .isInstanceOf(UnreadableValueException.class)
                .hasMessage("Column \"c\" of type integer[]: cannot carry an array of 2 dimensions."
                        + " Set array.handling.mode=text to carry it.");
        assertThatThrownBy(() -> read(reader, fromZero))
                .hasMessageContaining("cannot carry an array that starts at index 0.");
    }

    @Test
    void arraysHoldElementsAndNulls() {
        ColumnReader reader = reader("integer[]", TypeModes.DEFAULT);

        assertThat(read(reader, "00000001 00000001 00000017 00000002 00000001 00000004 00000007 ffffffff"))
                .asInstanceOf(InstanceOfAssertFactories.LIST)
                .containsExactly(7, null);
        assertThat(read(reader, "00000000 00000000 00000017")).isEqualTo(List.of());
        assertThat(reader.fieldSchema().valueSchema().isOptional()).isTrue();
    }

    @Test
    void modesChooseOtherForms() {
        assertThat(read(reader("interval", STRINGS), "000000036c97a760 00000003 0000000e"))
                .isEqualTo(37_091_106_780_000L);
        assertThat(read(reader("bytea", STRINGS), "00ff")).isEqualTo("00ff");
        assertThat(reader("integer[]", STRINGS).selectExpression("\"c\"")).isEqualTo("\"c\"::text");
        assertThat(read(reader("numeric", STRINGS), "000200000000000200011388")).isEqualTo("1.50");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "integer; \"c\"",
                "inet; \"c\"",
                "money; \"c\"::numeric",
                "money[]; \"c\"::numeric[]",
                "int4range; \"c\"::text",
                "int4range[]; \"c\"::text[]",
                "integer[][]; \"c\"::text",
                "xml; \"c\"::text"
            })
    void onlyTypesWithoutAFormAreCast(String type, String expression) {
        assertThat(reader(type, TypeModes.DEFAULT).selectExpression("\"c\"")).isEqualTo(expression);
    }

    @Test
    void enumsNameTheirLabels() {
        PostgresType mood = new PostgresType.Enumerated(20_000, "shop.mood", "mood", List.of("sad", "happy"));

        Schema schema = ColumnReader.create(new TypedColumn("c", mood, false), TypeModes.DEFAULT)
                .fieldSchema();

        assertThat(schema.name()).isEqualTo("io.debezium.data.Enum");
        assertThat(schema.parameters())
                .containsEntry("allowed", "sad,happy")
                .containsEntry("tablecast.column.type", "shop.mood");
    }

    private static ColumnReader reader(String type, TypeModes modes) {
        return ColumnReader.create(new TypedColumn("c", BuiltInTypes.named(type).orElseThrow(), true), modes);
    }

    private static Object read(ColumnReader reader, String hex) {
        byte[] bytes = HexFormat.of().parseHex("aa" + hex.replace(" ", "") + "aa");
        return reader.read(bytes, 1, bytes.length - 2);
    }

    private static String shown(Object value) {
        if (value instanceof BigDecimal decimal) {
            return decimal.toPlainString();
        }
        if (value instanceof byte[] || value instanceof ByteBuffer) {
            return HexFormat.of().formatHex(ConnectNumbers.bytes(value));
        }
        return value.toString();
    }
}
