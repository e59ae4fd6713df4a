// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import java.util.List;

/**
 * Rows that a server is asked for by values of columns.
 *
 * @param columns by the server's names, none for all rows
 * @param rows for each row the values of the columns: numbers, texts, bytes, or null for NULL
 */
record SoughtRows(List<String> columns, List<List<Object>> rows) {

    static final SoughtRows ALL = new SoughtRows(List.of(), List.of());

    SoughtRows {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }

    boolean areAll() {
        return columns.isEmpty();
    }
}
