// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.type;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BinaryFormsTest {

    private static final PostgresType INT4 = base(Oids.INT4, "int4");
    private static final PostgresType INT8 = base(Oids.INT8, "int8");
    private static final PostgresType TEXT = base(Oids.TEXT, "text");
    private static final PostgresType VARCHAR = new PostgresType.Base(Oids.VARCHAR, "varchar(5)", "varchar", 9);
    private static final PostgresType BPCHAR = base(Oids.BPCHAR, "bpchar");
    private static final PostgresType NAME = base(Oids.NAME, "name");
    private static final PostgresType JSON = base(Oids.JSON, "json");
    private static final PostgresType JSONB = base(Oids.JSONB, "jsonb");
    private static final PostgresType NUMERIC = base(Oids.NUMERIC, "numeric");
    private static final PostgresType NARROW_NUMERIC =
            new PostgresType.Base(Oids.NUMERIC, "numeric(5,2)", "numeric", 327686);
    private static final PostgresType MOOD = new PostgresType.Enumerated(20_001, "mood", "mood", List.of("a", "b"));
    private static final PostgresType OTHER_MOOD = new PostgresType.Enumerated(30_007, "s.m", "m", List.of("b"));
    private static final PostgresType CITEXT = base(20_002, "citext");
    private static final PostgresType PAIR = new PostgresType.Structured(20_003, "pair", "pair");

    @ParameterizedTest
    @MethodSource("taken")
    void valuesGoIntoColumnsThatReadThemAlike(PostgresType sent, PostgresType column) {
        assertThat(BinaryForms.isTaken(sent, column)).isTrue();
    }

    static Stream<Arguments> taken() {
        return Stream.of(
                Arguments.of(INT4, INT4),
                Arguments.of(TEXT, VARCHAR),
                Arguments.of(VARCHAR, BPCHAR),
                Arguments.of(BPCHAR, TEXT),
                Arguments.of(JSON, JSON),
                Arguments.of(NUMERIC, NARROW_NUMERIC),
                Arguments.of(NARROW_NUMERIC, NUMERIC),
                Arguments.of(NAME, NAME),
                // A label is sent as its text; the column checks whether it has it.
                Arguments.of(MOOD, TEXT),
                Arguments.of(MOOD, OTHER_MOOD),
                Arguments.of(array(1007, INT4), array(1007, INT4)));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void valuesOfAnotherFormAreTakenApart(PostgresType sent, PostgresType column) {
        assertThat(BinaryForms.isTaken(sent, column)).isFalse();
    }

    static Stream<Arguments> refused() {
        return Stream.of(
                Arguments.of(INT4, INT8),
                Arguments.of(INT8, INT4),
                Arguments.of(INT4, TEXT),
                Arguments.of(TEXT, INT4),
                Arguments.of(TEXT, MOOD),
                Arguments.of(NAME, TEXT),
                Arguments.of(TEXT, NAME),
                // The binary form of jsonb begins with a version.
                Arguments.of(JSON, JSONB),
                Arguments.of(JSONB, JSON),
                // Types of extensions and users: the same number may be another type elsewhere.
                Arguments.of(CITEXT, CITEXT),
                Arguments.of(CITEXT, TEXT),
                Arguments.of(PAIR, PAIR),
                // The number of the elements' type stands in every array.
                Arguments.of(array(1007, INT4), array(1016, INT8)),
                Arguments.of(array(1009, TEXT), array(1015, VARCHAR)),
                Arguments.of(array(20_010, MOOD), array(20_010, MOOD)),
                Arguments.of(array(1007, INT4), INT4),
                Arguments.of(INT4, array(1007, INT4)));
    }

    private static PostgresType base(int oid, String name) {
        return new PostgresType.Base(oid, name, name, PostgresType.NO_MODIFIER);
    }

    private static PostgresType array(int oid, PostgresType element) {
        return new PostgresType.Array(oid, element.name() + "[]", "_" + element.baseName(), element.oid(), element, 1);
    }
}
