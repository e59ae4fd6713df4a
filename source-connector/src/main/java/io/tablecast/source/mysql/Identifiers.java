// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.table.TableId;

/** Names in SQL, always quoted. */
final class Identifiers {

    private Identifiers() {}

    static String quote(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    static String quote(TableId table) {
        return quote(table.schema()) + "." + quote(table.name());
    }
}
