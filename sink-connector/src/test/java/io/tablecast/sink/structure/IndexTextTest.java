// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexTextTest {

    private static final Map<String, String> UPPER =
            Map.of("lower", "LOWER", "text", "TEXT", "Größe", "GRÖSSE", "a\"b", "A\"B", "desc_", "DESC_");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "USING btree (lower(lower))|USING btree (lower(\"LOWER\"))",
                "USING btree (\"Größe\" DESC, text text_pattern_ops)|USING btree (\"GRÖSSE\" DESC, \"TEXT\" text_pattern_ops)",
                "USING btree (lower((text)::text))|USING btree (lower((\"TEXT\")::text))",
                "USING btree (\"a\"\"b\") WHERE (text <> 'it''s text'::text)"
                        + "|USING btree (\"A\"\"B\") WHERE (\"TEXT\" <> 'it''s text'::text)",
                "USING btree (text COLLATE \"text\")|USING btree (\"TEXT\" COLLATE \"text\")",
                "USING gin (pg_catalog.lower(text))|USING gin (pg_catalog.lower(\"TEXT\"))",
                "USING btree (desc_) INCLUDE (text)|USING btree (\"DESC_\") INCLUDE (\"TEXT\")"
            })
    void columnsAreReplacedAndNothingElse(String definition, String expected) {
        assertThat(IndexText.withColumns(definition, List.copyOf(UPPER.keySet()), UPPER))
                .isEqualTo(expected);
    }
}
