// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.Column;
import io.tablecast.source.config.TableSettings;
import io.tablecast.source.postgres.SourceTable;
import java.util.List;

/**
 * What a reader needs a queue to hold.
 *
 * @param keyColumns the columns that identify a row
 */
record QueueWish(List<String> keyColumns, QueueContent content) {

    QueueWish {
        requireNonNull(content, "content is null");
        keyColumns = List.copyOf(keyColumns);
    }

    /** What a table's settings ask for. */
    static QueueWish of(SourceTable table) {
        return new QueueWish(
                table.key().columns(),
                new QueueContent(OldRows.of(table.settings().queueOldRows()), watchedColumns(table)));
    }

    // A condition may ask any column, and a virtual column has no value in a trigger.
    private static List<String> watchedColumns(SourceTable table) {
        TableSettings settings = table.settings();
        boolean areAllWatched = settings.columns().isEmpty()
                || !settings.condition().isEmpty()
                || table.structure().columns().stream()
                        .anyMatch(column -> !column.generatedExpression().isEmpty());
        return areAllWatched
                ? List.of()
                : table.structure().columns().stream().map(Column::name).toList();
    }
}
