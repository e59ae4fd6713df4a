// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

import static java.util.Objects.requireNonNull;

import io.tablecast.sink.structure.ColumnDrop;
import io.tablecast.sink.structure.EvolutionMode;
import io.tablecast.sink.structure.IndexCopy;
import io.tablecast.sink.structure.TableShape;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * How one destination table is written.
 *
 * @param isCreated whether the table is created when it is missing
 */
public record TableSettings(
        ApplyMode applyMode,
        DeleteMode deleteMode,
        TruncateMode truncateMode,
        boolean isCreated,
        EvolutionMode evolution,
        ColumnDrop columnDrop,
        TableShape shape) {

    public TableSettings {
        requireNonNull(applyMode, "applyMode is null");
        requireNonNull(deleteMode, "deleteMode is null");
        requireNonNull(truncateMode, "truncateMode is null");
        requireNonNull(evolution, "evolution is null");
        requireNonNull(columnDrop, "columnDrop is null");
        requireNonNull(shape, "shape is null");
    }

    static TableSettings parse(AbstractConfig config) {
        return new TableSettings(
                Spelling.parse(ApplyMode.class, config.getString(SinkKeys.APPLY_MODE)),
                Spelling.parse(DeleteMode.class, config.getString(SinkKeys.DELETE_MODE)),
                Spelling.parse(TruncateMode.class, config.getString(SinkKeys.TRUNCATE_MODE)),
                config.getBoolean(SinkKeys.AUTO_CREATE),
                Spelling.parse(EvolutionMode.class, config.getString(SinkKeys.SCHEMA_EVOLUTION)),
                Spelling.parse(ColumnDrop.class, config.getString(SinkKeys.COLUMN_DROP)),
                new TableShape(
                        Spelling.parse(IndexCopy.class, config.getString(SinkKeys.INDEXES)),
                        config.getInt(SinkKeys.FILLFACTOR)));
    }
}
