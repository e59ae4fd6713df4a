// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.structure.IdentifierCase;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TableNamingTest {

    private static final TableId ORDERS = new TableId("shop", "orders");

    @ParameterizedTest
    @CsvSource({
        "${schema}.${table}, shop.orders",
        "public.${table}, public.orders",
        "archive.${schema}_${table}, archive.shop_orders",
        "${schema}_copy.x${table}y, shop_copy.xordersy",
        "t.${topic}, 't.\"erp.shop.orders\"'",
    })
    void fillsTheFormat(String format, String expected) {
        assertThat(new TableNaming(format, Map.of(), Map.of(), IdentifierCase.KEEP)
                        .destination("erp.shop.orders", ORDERS))
                .hasToString(expected);
    }

    @Test
    void takesTheTopicsLastTwoPartsWhereTheRecordSaysNothing() {
        TableNaming naming = new TableNaming(TableNaming.DEFAULT_FORMAT, Map.of(), Map.of(), IdentifierCase.KEEP);

        assertThat(naming.destination("a.b.shop.orders")).contains(ORDERS);
        assertThat(naming.destination("orders")).isEmpty();
        assertThat(new TableNaming("public.${table}", Map.of(), Map.of(), IdentifierCase.KEEP).destination("orders"))
                .contains(new TableId("public", "orders"));
    }

    @Test
    void mappingsWinOverTheFormat() {
        TableNaming naming = new TableNaming(
                TableNaming.DEFAULT_FORMAT,
                TableNaming.schemaMapping(List.of("shop:store")),
                TableNaming.tableMapping(List.of("shop.orders:\"odd.schema\".o", "\"a:b\".c:d.e")),
                IdentifierCase.KEEP);

        assertThat(naming.destination("t", ORDERS)).isEqualTo(new TableId("odd.schema", "o"));
        assertThat(naming.destination("t", new TableId("shop", "items"))).isEqualTo(new TableId("store", "items"));
        assertThat(naming.destination("t", new TableId("a:b", "c"))).isEqualTo(new TableId("d", "e"));
    }

    @ParameterizedTest
    @CsvSource({
        "orders, 'expected schema.table, with one dot outside placeholders'",
        "a.b.c, 'expected schema.table, with one dot outside placeholders'",
        ".${table}, 'expected schema.table, with one dot outside placeholders'",
        "${db}.${table}, 'unknown placeholder ${db}; known are ${schema}, ${table} and ${topic}'",
        "x.${table, a placeholder lacks its closing brace",
    })
    void refusesOtherFormats(String format, String message) {
        assertThatThrownBy(() -> new TableNaming(format, Map.of(), Map.of(), IdentifierCase.KEEP))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void refusesPairsThatAreNone() {
        assertThatThrownBy(() -> TableNaming.schemaMapping(List.of("shop")))
                .hasMessage("expected two names with a colon between them, found \"shop\"");
        assertThatThrownBy(() -> TableNaming.tableMapping(List.of("a.b:c.d", "a.b:e.f")))
                .hasMessage("maps \"a.b\" twice");
    }
}
