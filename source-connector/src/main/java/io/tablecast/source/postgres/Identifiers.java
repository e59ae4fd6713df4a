// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import io.tablecast.contract.table.TableId;

/** Names in SQL. They are always quoted, so that upper case, blanks, dots and keywords are taken as they are. */
public final class Identifiers {

    private Identifiers() {}

    public static String quote(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    /** The qualified name of a table. */
    public static String quote(TableId table) {
        return quote(table.schema()) + "." + quote(table.name());
    }
}
