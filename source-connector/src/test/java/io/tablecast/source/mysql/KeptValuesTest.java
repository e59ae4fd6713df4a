// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Identity;
import io.tablecast.source.mysql.type.MySqlType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeptValuesTest {

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            int; bigint
            int unsigned; bigint
            int unsigned; bigint unsigned
            decimal(6,2); decimal(8,4)
            float; double
            datetime; datetime(6)
            char(4); char(9)
            varchar(20); varchar(40)
            varchar(20); text
            text; longtext
            binary(4); varbinary(9)
            varbinary(20); longblob
            enum('a','b'); enum('b','a','c')
            set('a'); set('a','b')
            binary(16); uuid
            """)
    void widerTypesKeepTheirValues(String before, String now) {
        assertThat(KeptValues.areSame(type(before), type(now))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            bigint; int
            int; int unsigned
            int; bigint unsigned
            int unsigned; int
            int; varchar(20)
            decimal(8,4); decimal(8,2)
            decimal(6,2); decimal(6,4)
            double; float
            datetime(6); datetime
            timestamp; datetime
            datetime; timestamp
            varchar(20); char(20)
            varchar(40); varchar(20)
            longtext; text
            binary(4); binary(9)
            enum('a','b'); enum('a','c')
            bit(1); bit(8)
            json; longtext
            """)
    void otherTypesMayNot(String before, String now) {
        assertThat(KeptValues.areSame(type(before), type(now))).isFalse();
    }

    @Test
    void textKeepsItsCharactersInSetsThatHaveThem() {
        MySqlType latin = MySqlType.parse("varchar(20)", "latin1");

        assertThat(KeptValues.areSame(latin, MySqlType.parse("varchar(20)", "utf8mb4")))
                .isTrue();
        assertThat(KeptValues.areSame(MySqlType.parse("varchar(20)", "utf8mb4"), latin))
                .isFalse();
    }

    @Test
    void columnsGiveOlderRowsOneKnownValueOrNot() {
        assertThat(KeptValues.hasOneValue(column("'it''s'", Identity.NONE, ""))).isTrue();
        assertThat(KeptValues.hasOneValue(column("b'101'", Identity.NONE, ""))).isTrue();
        assertThat(KeptValues.hasOneValue(column("-1.5", Identity.NONE, ""))).isTrue();
        assertThat(KeptValues.hasOneValue(column("", Identity.NONE, ""))).isTrue();
        assertThat(KeptValues.hasOneValue(column("CURRENT_TIMESTAMP", Identity.NONE, "")))
                .isFalse();
        assertThat(KeptValues.hasOneValue(column("uuid()", Identity.NONE, ""))).isFalse();
        assertThat(KeptValues.hasOneValue(column("", Identity.BY_DEFAULT, ""))).isFalse();
        assertThat(KeptValues.hasOneValue(column("", Identity.NONE, "`a` * 2"))).isFalse();
    }

    private static MySqlType type(String name) {
        boolean isText = name.matches("(char|varchar|text|longtext|enum|set).*");
        return MySqlType.parse(name, isText ? "utf8mb4" : "");
    }

    private static Column column(String defaultExpression, Identity identity, String generated) {
        return new Column("a", "int", true, defaultExpression, identity, generated, "", "");
    }
}
