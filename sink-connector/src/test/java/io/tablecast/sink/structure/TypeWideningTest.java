// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TypeWideningTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "smallint | integer",
                "integer | bigint",
                "bigint | numeric",
                "integer | numeric(12,2)",
                "real | double precision",
                "numeric(12,2) | numeric(14,4)",
                "numeric(12,2) | numeric",
                "character varying(20) | character varying(40)",
                "character varying(20) | text",
                "timestamp(3) without time zone | timestamp without time zone",
                "bit varying(8) | bit varying",
            })
    void widerTypeHoldsEveryValue(String from, String to) {
        assertThat(TypeWidening.isWider(from, to)).isTrue();
        assertThat(TypeWidening.isWider(to, from)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "integer | integer",
                "bigint | numeric(12,2)",
                "numeric(12,2) | numeric(12,4)",
                "character(4) | character varying(8)",
                "character varying(20) | character varying(10)",
                "timestamp without time zone | timestamp with time zone",
                "integer | text",
                "character varying | text",
                "shop.mood | text",
                "bit(8) | bit(16)",
                "text[] | text",
            })
    void otherTypeIsNotWider(String from, String to) {
        assertThat(TypeWidening.isWider(from, to)).isFalse();
    }
}
