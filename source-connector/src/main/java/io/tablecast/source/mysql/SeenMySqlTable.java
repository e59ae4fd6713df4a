// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.offset.ControlType;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.MySqlTableSettings;
import io.tablecast.source.incremental.SeenTable;
import io.tablecast.source.mysql.type.MySqlColumn;
import io.tablecast.source.postgres.Hashes;
import java.util.List;
import java.util.Optional;

/** A table as it was when it was last looked at. Immutable. */
record SeenMySqlTable(OpenedTable opened, MySqlControl control, List<MySqlColumn> columns, String selection)
        implements SeenTable {

    SeenMySqlTable {
        requireNonNull(opened, "opened is null");
        requireNonNull(control, "control is null");
        requireNonNull(selection, "selection is null");
        columns = List.copyOf(columns);
    }

    /** @throws io.tablecast.source.incremental.UnusableControlException when its control column cannot serve */
    static SeenMySqlTable of(TableId table, MySqlTableSettings settings, OpenedTable opened) {
        TableLayout layout = opened.layout();
        List<MySqlColumn> replicated = layout.columns().stream()
                .filter(column -> settings.replicates(column.name()))
                .toList();
        // A column that was left out until now has values that no record has told.
        String selection = Hashes.text(settings.condition() + "\n" + layout.key() + "\n"
                + settings.columns().stream().sorted().toList());
        return new SeenMySqlTable(
                opened, MySqlControl.find(table, settings, opened.described()), replicated, selection);
    }

    TableLayout layout() {
        return opened.layout();
    }

    ControlQuery queries(String condition) {
        return new ControlQuery(layout(), opened.charsets(), control, condition);
    }

    @Override
    public String controlName() {
        return control.column().name();
    }

    @Override
    public ControlType controlType() {
        return control.type();
    }

    @Override
    public String columnsText() {
        return new StoredLayout(layout().key(), columns, Optional.empty()).text();
    }

    /** These servers do not tell that rows were written anew. */
    @Override
    public String structure() {
        return "";
    }
}
