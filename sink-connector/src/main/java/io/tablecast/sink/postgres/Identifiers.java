// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.postgres;

import io.tablecast.contract.table.TableId;

/**
 * Identifiers in SQL, always quoted.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-syntax-lexical.html">Identifiers and key words</a>
 */
public final class Identifiers {

    private Identifiers() {}

    /** A name in double quotes. */
    public static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** Schema and table, both in double quotes. */
    public static String quote(TableId table) {
        return quote(table.schema()) + '.' + quote(table.name());
    }
}
