// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static java.util.Objects.requireNonNull;

import io.tablecast.source.postgres.Identifiers;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A column of the source table whose value every queue row holds.
 *
 * @param typeId the source column's type (pg_attribute.atttypid)
 * @param typeModifier the source column's modifier (pg_attribute.atttypmod)
 * @param queueType the type of the queue's column in SQL, with its collation; a domain's base type, because queue rows
 *     of a TRUNCATE hold NULL
 * @param comparison how two values are told to be the same
 */
record KeyColumn(String name, long typeId, int typeModifier, String queueType, Comparison comparison) {

    KeyColumn {
        requireNonNull(name, "name is null");
        requireNonNull(queueType, "queueType is null");
        requireNonNull(comparison, "comparison is null");
    }

    /** How two values of a key column are told to be the same. */
    enum Comparison {
        /** Equal values are the same value. */
        BY_VALUE,
        /** Equal values may look different (citext, numeric, interval), so their text form is compared too. */
        BY_TEXT
    }

    /** The queue's columns of so many key columns: {@code k1, k2}. */
    static List<String> queueColumns(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "k" + i).toList();
    }

    /** What has the same value for two rows of the same key, of a row with the given prefix, for example {@code NEW.}. */
    String compared(String of) {
        return switch (comparison) {
            case BY_VALUE -> of + Identifiers.quote(name);
            case BY_TEXT -> of + Identifiers.quote(name) + "::text COLLATE \"C\"";
        };
    }
}
