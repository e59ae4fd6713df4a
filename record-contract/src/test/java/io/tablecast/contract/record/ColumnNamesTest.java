// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ColumnNamesTest {

    @ParameterizedTest
    @CsvSource({
        "AVRO, order-no, order_no",
        "AVRO, 1st, _1st",
        "AVRO, größe, gr__e",
        "AVRO, a.b, a_b",
        "AVRO, plain_2, plain_2",
        "AVRO_UNICODE, order-no, order_u002dno",
        "AVRO_UNICODE, a_b, a_u005fb",
        "NONE, order-no, order-no"
    })
    void columnIsFoundByItsOwnNameWhateverItsFieldIsCalled(SchemaNames names, String column, String fieldName) {
        Schema row = envelopes(names, column).rowSchema();

        Field field = row.field(fieldName);
        assertThat(field).isNotNull();
        assertThat(ColumnNames.of(field)).isEqualTo(column);
        assertThat(ColumnNames.field(row, column)).contains(field);
    }

    @Test
    void keyHasTheFieldNamesOfTheRow() {
        EnvelopeWriter envelopes = envelopes(SchemaNames.AVRO, "order-no");

        assertThat(envelopes.keySchema().orElseThrow().fields())
                .extracting(Field::name)
                .containsExactly("order_no");
        assertThat(envelopes.keySchema().orElseThrow().fields())
                .extracting(ColumnNames::of)
                .containsExactly("order-no");
    }

    @Test
    void typeOfTheColumnStays() {
        Schema array = SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA)
                .optional()
                .name("words")
                .parameter("tablecast.column.type", "text[]")
                .build();
        EnvelopeWriter envelopes = new EnvelopeWriter(
                "t",
                List.of(new RowField("a b", array)),
                List.of(),
                Schema.STRING_SCHEMA,
                SchemaNames.AVRO,
                Clock.systemUTC());

        Schema schema = envelopes.rowSchema().field("a_b").schema();

        assertThat(schema.valueSchema()).isEqualTo(Schema.OPTIONAL_STRING_SCHEMA);
        assertThat(schema.isOptional()).isTrue();
        assertThat(schema.name()).isEqualTo("words");
        assertThat(schema.parameters())
                .containsEntry("tablecast.column.type", "text[]")
                .containsEntry("__debezium.source.column.name", "a b");
    }

    @Test
    void fieldThatATransformRenamedIsTheColumnOfItsNewName() {
        Schema schema = SchemaBuilder.string()
                .parameter("__debezium.source.column.name", "order-no")
                .build();
        Schema row = SchemaBuilder.struct().field("number", schema).build();

        assertThat(ColumnNames.of(row.field("number"))).isEqualTo("number");
        assertThat(ColumnNames.field(row, "order-no")).isEmpty();
    }

    @Test
    void columnsThatWouldBecomeOneFieldAreRefused() {
        assertThatThrownBy(() -> envelopes(SchemaNames.AVRO, "a-b", "a.b"))
                .isInstanceOf(DataException.class)
                .hasMessage(
                        "The columns \"a-b\" and \"a.b\" of t.shop.orders.Value would both become the field \"a_b\"."
                                + " Set schema.name.adjustment.mode=avro_unicode, or leave one out by columns.");
    }

    private static EnvelopeWriter envelopes(SchemaNames names, String... columns) {
        List<RowField> fields = List.of(columns).stream()
                .map(column -> new RowField(column, Schema.INT64_SCHEMA))
                .toList();
        return new EnvelopeWriter(
                "t.shop.orders", fields, List.of(columns[0]), Schema.STRING_SCHEMA, names, Clock.systemUTC());
    }
}
