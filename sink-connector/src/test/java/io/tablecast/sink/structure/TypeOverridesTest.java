// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypeOverridesTest {

    @Test
    void mostExactNameWins() {
        TypeOverrides overrides =
                TypeOverrides.parse("bigint unsigned:numeric, bigint(5) unsigned:bigint, column id:numeric(12, 2)");

        assertThat(overrides.typeOf("n", List.of("BIGINT(20)  UNSIGNED"))).contains("numeric");
        assertThat(overrides.typeOf("n", List.of("bigint( 5 ) unsigned", "bigint unsigned")))
                .contains("bigint");
        assertThat(overrides.typeOf("id", List.of("text"))).contains("numeric(12, 2)");
        assertThat(overrides.typeOf("n", List.of("bigint"))).isEqualTo(Optional.empty());
        assertThat(overrides.types()).containsExactly("bigint", "numeric", "numeric(12, 2)");
    }

    @Test
    void nothingIsNoOverride() {
        assertThat(TypeOverrides.parse(" ")).isEqualTo(TypeOverrides.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tinyint(1)|expected from:to, found \"tinyint(1)\"",
                ":text|expected from:to, found \":text\"",
                "a:text,|expected from:to, found \"\"",
                "a:text); DROP TABLE b|\"text); DROP TABLE b\" is not the name of a type",
                "a:text, A:json|names \"A\" twice"
            })
    void whatCannotBeReadIsNamed(String text, String message) {
        assertThatThrownBy(() -> TypeOverrides.parse(text)).hasMessage(message);
    }
}
