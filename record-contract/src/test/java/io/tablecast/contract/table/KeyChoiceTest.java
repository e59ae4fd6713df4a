// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.table;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.Column.Nullability;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KeyChoiceTest {

    private static final List<Column> COLUMNS = List.of(
            Column.of("id", "bigint", Nullability.NOT_NULL),
            Column.of("tenant", "integer", Nullability.NOT_NULL),
            Column.of("code", "text", Nullability.NOT_NULL),
            Column.of("email", "text", Nullability.NULLABLE));

    @Test
    void primaryKeyComesBeforeUniqueIndexes() {
        KeyChoice choice = KeyChoice.among(COLUMNS, List.of(unique("a_code", "code"), primary("orders_pkey", "id")));

        assertThat(choice).isEqualTo(new KeyChoice.Chosen(List.of("id"), "orders_pkey"));
    }

    @Test
    void firstUniqueIndexByNameServesWithoutPrimaryKey() {
        KeyChoice choice = KeyChoice.among(COLUMNS, List.of(unique("b_id", "id"), unique("a_code", "tenant", "code")));

        assertThat(choice).isEqualTo(new KeyChoice.Chosen(List.of("tenant", "code"), "a_code"));
    }

    @Test
    void nullableColumnDisqualifiesTheWholeIndex() {
        KeyChoice choice = KeyChoice.among(COLUMNS, List.of(unique("tenant_email", "tenant", "email")));

        assertThat(choice)
                .isEqualTo(new KeyChoice.None("it has no primary key, and no unique index can serve:"
                        + " \"tenant_email\" has nullable columns \"email\""));
    }

    @Test
    void partialAndExpressionIndexesAreNoKeys() {
        Index partial = new Index("p", Index.Kind.UNIQUE, true, false, List.of("id"), List.of("id"), "");
        Index expression = new Index("e", Index.Kind.UNIQUE, false, true, List.of(), List.of("email"), "");

        assertThat(KeyChoice.among(COLUMNS, List.of(partial, expression)))
                .isEqualTo(new KeyChoice.None("it has no primary key, and no unique index can serve:"
                        + " \"p\" is partial, \"e\" is built on an expression"));
        assertThat(KeyChoice.among(COLUMNS, List.of(partial, expression, unique("z", "code"))))
                .isEqualTo(new KeyChoice.Chosen(List.of("code"), "z"));
    }

    @Test
    void plainIndexesAreNoKeys() {
        Index plain = new Index("i", Index.Kind.PLAIN, false, false, List.of("id"), List.of("id"), "");

        assertThat(KeyChoice.among(COLUMNS, List.of(plain)))
                .isEqualTo(new KeyChoice.None("it has no primary key and no unique index"));
    }

    @Test
    void keyOutsideTheReplicatedColumnsIsRefused() {
        KeyChoice choice = KeyChoice.among(COLUMNS.subList(1, 4), List.of(primary("orders_pkey", "id")));

        assertThat(choice)
                .isEqualTo(new KeyChoice.None(
                        "the key \"orders_pkey\" needs \"id\", which the list of replicated columns leaves out"));
    }

    @Test
    void namedColumnsMustExistAndDiffer() {
        assertThat(KeyChoice.named(COLUMNS, List.of("email", "tenant")))
                .isEqualTo(new KeyChoice.Chosen(List.of("email", "tenant"), "key.columns"));
        assertThat(KeyChoice.named(COLUMNS, List.of("mail")))
                .isEqualTo(new KeyChoice.None(
                        "key.columns names \"mail\", which the table does not have, or which the list of"
                                + " replicated columns leaves out"));
        assertThat(KeyChoice.named(COLUMNS, List.of("id", "id")))
                .isEqualTo(new KeyChoice.None("key.columns names a column twice"));
    }

    private static Index primary(String name, String... columns) {
        return new Index(name, Index.Kind.PRIMARY, false, false, List.of(columns), List.of(columns), "");
    }

    private static Index unique(String name, String... columns) {
        return new Index(name, Index.Kind.UNIQUE, false, false, List.of(columns), List.of(columns), "");
    }
}
