// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.missing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WantedTypesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            text                        | text           | text
            numeric                     | numeric(12, 2) | numeric(12,2)
            numeric                     | decimal(5,-2)  | numeric(5,-2)
            character varying           | varchar(40)    | character varying(40)
            character varying[]         | varchar(40)[]  | character varying(40)[]
            timestamp without time zone | timestamp(3)   | timestamp(3) without time zone
            timestamp with time zone[]  | timestamptz(3)[] | timestamp(3) with time zone[]
            bit varying                 | varbit(12)     | bit varying(12)
            geometry                    | geometry(Point, 4326) | geometry(Point,4326)
            gis.geometry                | "gis".geometry(LineStringZM,4326) | gis.geometry(LineStringZM,4326)
            geometry[]                  | geometry(Point,4326)[] | geometry(Point,4326)[]
            "odd (5) name"              | "odd (5) name"(7) | "odd (5) name"(7)
            "odd (5) name"              | "odd (5) name" | "odd (5) name"
            """)
    void modifiersStandWhereTheServerPutsThem(String name, String type, String written) {
        assertThat(WantedTypes.withModifiers(name, type)).isEqualTo(written);
    }
}
