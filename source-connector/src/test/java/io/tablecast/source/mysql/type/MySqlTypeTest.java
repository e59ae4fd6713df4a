// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MySqlTypeTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "int(11)|int",
                "tinyint(1)|tinyint",
                "int(10) unsigned zerofill|int unsigned",
                "bigint unsigned|bigint unsigned",
                "decimal(12,2) unsigned|decimal(12,2) unsigned",
                "decimal(5)|decimal(5,0)",
                "float(7,3)|float",
                "double unsigned|double unsigned",
                "year(4)|year",
                "datetime|datetime",
                "datetime(6)|datetime(6)",
                "bit(1)|bit(1)",
                "varchar(20)|varchar(20)",
                "enum('a','it''s','x,y')|enum('a','it''s','x,y')",
                "set('')|set('')",
                "geomcollection|geometrycollection",
                "point|point",
                "vector(3)|vector(3)"
            })
    void typesOfTheCatalogAreNamedWithoutWhatSaysNothingOfValues(String ofCatalog, String name) {
        assertThat(MySqlType.parse(ofCatalog, "").name()).isEqualTo(name);
    }

    @Test
    void unknownTypeIsNamed() {
        assertThatThrownBy(() -> MySqlType.parse("xmltype", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The type xmltype is not known");
    }
}
