// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DestinationTypesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "numeric(12,2)",
                "numeric(5,-2)",
                "character varying(200)[]",
                "timestamp(3) with time zone",
                "interval day to second(3)",
                "bit(5)",
                "\"char\"",
                "int4range",
                "integer[][]"
            })
    void exactTypesOfPostgresAreKept(String type) {
        assertThat(typeFor(Schema.Type.STRING, type)).isEqualTo(new DestinationType(List.of(type), List.of()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "INT16; tinyint(1); smallint",
                "BOOLEAN; tinyint(1); boolean",
                "INT32; smallint(5) unsigned; integer",
                "INT32; mediumint unsigned; integer",
                "INT64; int(10) unsigned zerofill; bigint",
                "INT32; int; integer",
                "INT64; bigint unsigned; numeric(20,0)",
                "INT64; bigint(20); bigint",
                "BYTES; decimal(65,30); numeric(65,30)",
                "FLOAT32; float; real",
                "FLOAT64; double(10,2); double precision",
                "INT32; year(4); smallint",
                "INT64; datetime; timestamp(0) without time zone",
                "INT64; datetime(6); timestamp(6) without time zone",
                "STRING; timestamp(3); timestamp(3) with time zone",
                "INT64; time(6); time(6) without time zone",
                "STRING; char(3); character varying(3)",
                "STRING; varchar(255); character varying(255)",
                "STRING; longtext; text",
                "STRING; enum('a','b)','it''s (unsigned)'); text",
                "STRING; set('a','b'); text",
                "BYTES; varbinary(16); bytea",
                "BYTES; longblob; bytea",
                "STRING; json; json",
                "BYTES; bit(8); bit(8)",
                "STRING; inet6; inet"
            })
    void typesOfMySqlHaveTheirCounterparts(Schema.Type schema, String type, String expected) {
        assertThat(typeFor(schema, type).preferred()).isEqualTo(expected);
    }

    @Test
    void typesOfTheUsersOwnHaveAlternatives() {
        Schema mood = SemanticTypes.string(SemanticTypes.ENUM)
                .parameter("allowed", "sad,happy")
                .parameter("tablecast.column.type", "shop.\"My.Mood\"")
                .build();
        Schema moods = SchemaBuilder.array(SemanticTypes.string(SemanticTypes.ENUM)
                        .parameter("allowed", "sad")
                        .build())
                .parameter("tablecast.column.type", "shop.mood[]")
                .build();

        assertThat(DestinationTypes.typeFor(mood))
                .isEqualTo(new DestinationType(
                        List.of("shop.\"My.Mood\"", "\"My.Mood\"", "text"), List.of("sad", "happy")));
        assertThat(DestinationTypes.typeFor(moods))
                .isEqualTo(new DestinationType(List.of("shop.mood[]", "mood[]", "text[]"), List.of("sad")));
        assertThat(typeFor(Schema.Type.STRING, "public.geometry(Point,4326)").candidates())
                .containsExactly("public.geometry(Point,4326)", "geometry(Point,4326)", "text");
        assertThat(typeFor(Schema.Type.STRING, "public.citext").fallback()).isEqualTo("text");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text; DROP TABLE t",
                "numeric(1); DROP TABLE t; --)",
                "interval ; DROP TABLE t",
                "shop.mood DEFAULT now()",
                "shop.\"mood",
                "shop.",
                ".mood",
                "shop.mood(1",
                "shop.mood('a')",
                "decimal(1);drop table t;(2)",
                "varchar(1) DEFAULT 'x'",
                "[]",
                "()"
            })
    void whatIsNoTypeNeverGetsIntoSql(String text) {
        assertThat(typeFor(Schema.Type.STRING, text).candidates()).containsExactly("text");
    }

    @ParameterizedTest
    @MethodSource("schemas")
    void schemasWithoutSourceTypeAreEnough(Schema schema, String expected) {
        assertThat(DestinationTypes.typeFor(schema)).isEqualTo(new DestinationType(List.of(expected), List.of()));
    }

    private static Stream<Arguments> schemas() {
        return Stream.of(
                arguments(Schema.BOOLEAN_SCHEMA, "boolean"),
                arguments(Schema.INT8_SCHEMA, "smallint"),
                arguments(Schema.INT64_SCHEMA, "bigint"),
                arguments(Schema.FLOAT32_SCHEMA, "real"),
                arguments(Schema.STRING_SCHEMA, "text"),
                arguments(Schema.BYTES_SCHEMA, "bytea"),
                arguments(Decimal.schema(2), "numeric"),
                arguments(SemanticTypes.decimal(12, 2).build(), "numeric(12,2)"),
                arguments(SemanticTypes.variableScaleDecimal().build(), "numeric"),
                arguments(org.apache.kafka.connect.data.Timestamp.SCHEMA, "timestamp(3) without time zone"),
                arguments(SemanticTypes.int64(SemanticTypes.MICRO_TIMESTAMP).build(), "timestamp without time zone"),
                arguments(SemanticTypes.string(SemanticTypes.ZONED_TIMESTAMP).build(), "timestamp with time zone"),
                arguments(SemanticTypes.int64(SemanticTypes.MICRO_DURATION).build(), "interval"),
                arguments(SemanticTypes.string(SemanticTypes.JSON).build(), "jsonb"),
                arguments(SemanticTypes.bits(5).build(), "bit(5)"),
                arguments(SemanticTypes.bits(Integer.MAX_VALUE).build(), "bit varying"),
                arguments(SchemaBuilder.array(Schema.INT32_SCHEMA).build(), "integer[]"),
                arguments(
                        SchemaBuilder.array(
                                        SchemaBuilder.array(Schema.INT32_SCHEMA).build())
                                .build(),
                        "jsonb"),
                arguments(
                        SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA)
                                .build(),
                        "jsonb"),
                arguments(debezium(SchemaBuilder.string(), "VARCHAR", 200), "character varying(200)"),
                arguments(debezium(SchemaBuilder.string(), "VARCHAR", Integer.MAX_VALUE), "character varying"),
                arguments(debezium(SchemaBuilder.string(), "TSTZRANGE", Integer.MAX_VALUE), "tstzrange"),
                arguments(debezium(SchemaBuilder.int64(), "OID", 10), "oid"),
                arguments(debezium(SemanticTypes.string(SemanticTypes.JSON), "JSON", Integer.MAX_VALUE), "json"));
    }

    @Test
    void geometriesAreNeverPostgresOwnShapes() {
        Schema polygon = SchemaBuilder.struct()
                .name(SemanticTypes.GEOMETRY)
                .parameter("tablecast.column.type", "polygon")
                .build();

        assertThat(DestinationTypes.typeFor(polygon).candidates()).containsExactly("geometry", "text");
    }

    private static Schema debezium(SchemaBuilder schema, String type, int length) {
        return schema.parameter("__debezium.source.column.type", type)
                .parameter("__debezium.source.column.length", Integer.toString(length))
                .build();
    }

    private static DestinationType typeFor(Schema.Type schema, String type) {
        return DestinationTypes.typeFor(SchemaBuilder.type(schema)
                .parameter("tablecast.column.type", type)
                .build());
    }
}
