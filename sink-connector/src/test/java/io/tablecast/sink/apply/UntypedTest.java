// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.type.BuiltInTypes;
import io.tablecast.contract.type.PostgresType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UntypedTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "date | 19000 | 2022-01-08",
                "date | -1 | 1969-12-31",
                "date | 2022-01-08 | 2022-01-08",
                "timestamp without time zone | 1700000000123456 | 2023-11-14T22:13:20.123456",
                "timestamp without time zone | -1 | 1969-12-31T23:59:59.999999",
                "timestamp(3) without time zone | 1700000000123 | 2023-11-14T22:13:20.123",
                "timestamp(0) without time zone | 1700000000000 | 2023-11-14T22:13:20",
                "timestamp(4) without time zone | 1700000000123400 | 2023-11-14T22:13:20.123400",
                "timestamp with time zone | 1700000000123456 | 2023-11-14T22:13:20.123456Z",
                "timestamp with time zone | 2023-11-14 22:13:20+01 | 2023-11-14 22:13:20+01",
                "time without time zone | 3661000001 | 01:01:01.000001",
                "time(3) without time zone | 3661001 | 01:01:01.001",
                "bytea | AQID | \\x010203",
                "bytea | \\x01 | \\x01",
                "integer | 19000 | 19000",
                "text | 19000 | 19000",
                "text[] | [\"a\",\"b\\\"c\",null] | {\"a\",\"b\\\"c\",NULL}",
                "integer[] | [[1,2],[3,4]] | {{\"1\",\"2\"},{\"3\",\"4\"}}",
                "text[] | [\"a\\\\b\"] | {\"a\\\\b\"}",
                "text[] | {a,b} | {a,b}",
                "text[] | [a | [a"
            })
    void aValueIsReadAsItsColumnIs(String type, String value, String text) {
        assertThat(Untyped.reader(type(type)).apply(value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"date", "timestamp with time zone", "time without time zone", "bytea", "text", "text[]"})
    void nullStaysNull(String type) {
        assertThat(Untyped.reader(type(type)).apply(null)).isNull();
    }

    @Test
    void valuesAndRowsAreToldByTheirSchemas() {
        assertThat(Untyped.isValue(Untyped.VALUE)).isTrue();
        assertThat(Untyped.isValue(Schema.OPTIONAL_STRING_SCHEMA)).isFalse();
        assertThat(Untyped.written(Untyped.VALUE)).isSameAs(Schema.OPTIONAL_STRING_SCHEMA);
        assertThat(Untyped.written(Schema.INT64_SCHEMA)).isSameAs(Schema.INT64_SCHEMA);
        assertThat(Untyped.isRow(SchemaBuilder.struct().name(Untyped.ROW).build()))
                .isTrue();
        assertThat(Untyped.isRow(SchemaBuilder.struct().build())).isFalse();
    }

    private static PostgresType type(String name) {
        return BuiltInTypes.named(name).orElseThrow();
    }
}
