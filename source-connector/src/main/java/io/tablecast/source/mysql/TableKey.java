// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.KeyChoice;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.MySqlNoKeyPolicy;
import io.tablecast.source.config.MySqlTableSettings;
import io.tablecast.source.mysql.MySqlCatalog.Described;
import io.tablecast.source.mysql.binlog.UnreadableTableException;
import java.util.List;

/** Which columns identify a row of a table. */
public final class TableKey {

    private TableKey() {}

    /** The key, as settings and catalog want it. */
    public static KeyChoice choice(Described table, MySqlTableSettings settings) {
        List<Column> replicated = table.structure().stream()
                .filter(column -> settings.replicates(column.name()))
                .toList();
        return settings.keyColumns().isEmpty()
                ? KeyChoice.among(replicated, table.indexes())
                : KeyChoice.named(replicated, settings.keyColumns());
    }

    /**
     * The key; empty where the table has none and needs none.
     *
     * @throws UnreadableTableException when there is none
     */
    static List<String> of(TableId id, Described table, MySqlTableSettings settings) {
        if (choice(table, settings) instanceof KeyChoice.None none) {
            if (settings.noKeyPolicy() == MySqlNoKeyPolicy.APPEND) {
                return List.of();
            }
            throw new UnreadableTableException("Mode binlog needs a key, and " + id + " has none: " + none.reason()
                    + ". Add a primary key, name columns in table." + id + ".key.columns, or leave the table out by"
                    + " table.exclude.list.");
        }
        return choice(table, settings).columns();
    }
}
