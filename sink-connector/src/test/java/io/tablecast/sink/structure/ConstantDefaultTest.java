// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ConstantDefaultTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "0 | 0",
                "-1 | -1",
                "1.50 | 1.50",
                "1e10 | 1e10",
                "true | true",
                "'new'::text | 'new'",
                "'it''s'::character varying(20) | 'it''s'",
                "(0)::numeric(12,2) | 0",
                "'-1'::integer | '-1'",
                "('a'::character varying)::text | 'a'",
                "'{}'::jsonb | '{}'",
                "'{a,b}'::text[] | '{a,b}'",
                "'2026-01-01 00:00:00'::timestamp without time zone | '2026-01-01 00:00:00'",
                "'new'::shop.\"Mood\" | 'new'",
                "'new'::\"my shop\".\"Mood\"[] | 'new'",
                "'1 day'::interval | '1 day'",
            })
    void constantLosesItsCasts(String expression, String literal) {
        assertThat(ConstantDefault.of(expression)).contains(literal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "now()",
                "CURRENT_TIMESTAMP",
                "nextval('shop.orders_id_seq'::regclass)",
                "NULL::character varying",
                "('now'::text)::date",
                "'today'::date",
                "(1 + 2)",
                "gen_random_uuid()",
                "'a\\b'::text",
                "('a'::text || 'b'::text)",
                "0); DROP TABLE orders; --",
            })
    void whatIsNoConstantIsNotTaken(String expression) {
        assertThat(ConstantDefault.of(expression)).isEmpty();
    }
}
