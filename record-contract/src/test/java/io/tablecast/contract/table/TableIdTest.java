// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TableIdTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "shop.orders|shop|orders",
                "Shop.Order Lines|Shop|Order Lines",
                "\"my.schema\".orders|my.schema|orders",
                "shop.\"a.b\"|shop|a.b",
                "shop.\"say \"\"hi\"\".\"|shop|say \"hi\".",
            })
    void readsWhatItWrites(String text, String schema, String name) {
        TableId table = TableId.parse(text);

        assertThat(table).isEqualTo(new TableId(schema, name));
        assertThat(table).hasToString(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "orders", ".orders", "shop.", "a.b.c", "\"shop.orders", "\"shop\"x.orders"})
    void refusesWhatIsNoTableName(String text) {
        assertThatThrownBy(() -> TableId.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Cannot read \"" + text
                        + "\" as a table name: expected schema.table, each part that contains a dot in double quotes");
    }

    @Test
    void sortsBySchemaThenName() {
        assertThat(new TableId("a", "z")).isLessThan(new TableId("b", "a"));
        assertThat(new TableId("a", "a")).isLessThan(new TableId("a", "b"));
    }
}
