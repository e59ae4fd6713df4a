// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.Identity;
import io.tablecast.contract.type.BuiltInTypes;
import io.tablecast.contract.type.ColumnWriter;
import io.tablecast.contract.type.PostgresType;
import io.tablecast.contract.type.TypedColumn;
import io.tablecast.sink.structure.DestinationColumn;
import org.apache.kafka.connect.data.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StagedColumnTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bigint | c::bigint",
                "character varying | c::character varying",
                "character varying(3) | c::pg_catalog.\"varchar\"",
                "character(3) | c::pg_catalog.\"bpchar\"",
                "numeric(12,2) | c::pg_catalog.\"numeric\"",
                "timestamp(3) with time zone | c::pg_catalog.\"timestamptz\"",
                "character varying(3)[] | c::pg_catalog.\"_varchar\""
            })
    void aCastOfATextLeavesOutWhatTheAssignmentHasToCheck(String type, String cast) {
        assertThat(column(BuiltInTypes.named(type).orElseThrow(), Schema.STRING_SCHEMA)
                        .fromText("c"))
                .isEqualTo(cast);
    }

    @Test
    void typesOfExtensionsKeepTheirName() {
        PostgresType geometry = new PostgresType.Base(20_000, "shop.geometry(Point,4326)", "geometry", 5);
        PostgresType geometries =
                new PostgresType.Array(20_001, "shop.geometry(Point,4326)[]", "_geometry", 20_000, geometry, 1);
        PostgresType other = new PostgresType.Base(20_002, "shop.odd", "odd", 5);

        assertThat(column(geometry, Schema.STRING_SCHEMA).fromText("c")).isEqualTo("c::shop.geometry");
        assertThat(column(geometries, Schema.STRING_SCHEMA).fromText("c")).isEqualTo("c::shop.geometry[]");
        assertThat(column(other, Schema.STRING_SCHEMA).fromText("c")).isEqualTo("c::shop.odd");
    }

    @Test
    void onlyWhatIsStagedAsTextIsCast() {
        PostgresType bigint = BuiltInTypes.named("bigint").orElseThrow();

        assertThat(column(bigint, Schema.INT64_SCHEMA).fromStaged("c")).isEqualTo("c");
        assertThat(column(bigint, Schema.STRING_SCHEMA).fromStaged("c")).isEqualTo("c::bigint");
    }

    private static StagedColumn column(PostgresType type, Schema schema) {
        TypedColumn typed = new TypedColumn("code", type, true);
        return new StagedColumn(
                new DestinationColumn(typed, Identity.NONE, false, false), ColumnWriter.create(schema, typed));
    }
}
