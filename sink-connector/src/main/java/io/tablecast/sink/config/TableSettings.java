// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

import static java.util.Objects.requireNonNull;

import io.tablecast.sink.snapshot.LoadSettings;
import io.tablecast.sink.snapshot.SnapshotApply;
import io.tablecast.sink.snapshot.StagedTable;
import io.tablecast.sink.snapshot.SwapMode;
import io.tablecast.sink.structure.ColumnDrop;
import io.tablecast.sink.structure.EnumMode;
import io.tablecast.sink.structure.EvolutionMode;
import io.tablecast.sink.structure.GeometryMode;
import io.tablecast.sink.structure.IdentifierCase;
import io.tablecast.sink.structure.IndexCopy;
import io.tablecast.sink.structure.SchemaEvolution;
import io.tablecast.sink.structure.SoftDelete;
import io.tablecast.sink.structure.TableShape;
import io.tablecast.sink.structure.TypeOverrides;
import io.tablecast.sink.structure.TypeRules;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.common.config.AbstractConfig;

/**
 * How one destination table is written.
 *
 * @param onError what a failure of this table alone does
 * @param isCreated whether the table is created when it is missing
 */
public record TableSettings(
        ApplyMode applyMode,
        DeleteMode deleteMode,
        TruncateMode truncateMode,
        TableErrorMode onError,
        boolean isCreated,
        EvolutionMode evolution,
        ColumnDrop columnDrop,
        TableShape shape,
        LoadSettings snapshots) {

    public TableSettings {
        requireNonNull(applyMode, "applyMode is null");
        requireNonNull(deleteMode, "deleteMode is null");
        requireNonNull(truncateMode, "truncateMode is null");
        requireNonNull(onError, "onError is null");
        requireNonNull(evolution, "evolution is null");
        requireNonNull(columnDrop, "columnDrop is null");
        requireNonNull(shape, "shape is null");
        requireNonNull(snapshots, "snapshots is null");
    }

    /**
     * The settings for the table of a staged load: a copy of the source's table, whatever its destination keeps beyond.
     *
     * @param mode whether rows may come again
     */
    public TableSettings ofStage(StagedTable stage) {
        return new TableSettings(
                stage.isInterleaved() ? ApplyMode.UPSERT : ApplyMode.APPEND,
                DeleteMode.DELETE,
                TruncateMode.APPLY,
                onError,
                isCreated,
                // A table that takes the place of another is as the source is, as if it were made at the end.
                stage.plan().isIntoKeptTable() ? evolution : EvolutionMode.FULL,
                columnDrop,
                shape,
                snapshots);
    }

    /** How deleted rows are kept; empty where they are deleted or ignored. */
    public Optional<SoftDelete> softDelete() {
        return isSoft(applyMode, deleteMode) ? shape.softDelete() : Optional.empty();
    }

    private static boolean isSoft(ApplyMode applyMode, DeleteMode deleteMode) {
        return applyMode == ApplyMode.UPSERT && deleteMode == DeleteMode.SOFT;
    }

    static TableSettings parse(AbstractConfig config) {
        EvolutionMode evolution = Spelling.parse(EvolutionMode.class, config.getString(SinkKeys.SCHEMA_EVOLUTION));
        ColumnDrop columnDrop = Spelling.parse(ColumnDrop.class, config.getString(SinkKeys.COLUMN_DROP));
        ApplyMode applyMode = Spelling.parse(ApplyMode.class, config.getString(SinkKeys.APPLY_MODE));
        DeleteMode deleteMode = Spelling.parse(DeleteMode.class, config.getString(SinkKeys.DELETE_MODE));
        TableShape shape = new TableShape(
                Spelling.parse(IndexCopy.class, config.getString(SinkKeys.INDEXES)),
                config.getInt(SinkKeys.FILLFACTOR),
                applyMode == ApplyMode.APPEND ? TableShape.Repetition.KEPT : TableShape.Repetition.REFUSED,
                isSoft(applyMode, deleteMode) ? Optional.of(softDelete(config)) : Optional.empty(),
                new TypeRules(
                        TypeOverrides.parse(config.getString(SinkKeys.TYPE_OVERRIDES)),
                        Spelling.parse(EnumMode.class, config.getString(SinkKeys.ENUM_MODE)),
                        Spelling.parse(GeometryMode.class, config.getString(SinkKeys.GEOMETRY_MODE))),
                Spelling.parse(IdentifierCase.class, config.getString(SinkKeys.IDENTIFIER_CASE)));
        return new TableSettings(
                applyMode,
                deleteMode,
                Spelling.parse(TruncateMode.class, config.getString(SinkKeys.TRUNCATE_MODE)),
                Spelling.parse(TableErrorMode.class, config.getString(SinkKeys.ON_TABLE_ERROR)),
                config.getBoolean(SinkKeys.AUTO_CREATE),
                evolution,
                columnDrop,
                shape,
                snapshots(config, evolution, columnDrop, shape));
    }

    private static SoftDelete softDelete(AbstractConfig config) {
        return new SoftDelete(
                config.getString(SinkKeys.SOFT_DELETE_COLUMN),
                config.getBoolean(SinkKeys.SOFT_DELETE_HISTORY) ? SoftDelete.History.EVERY : SoftDelete.History.LAST);
    }

    private static LoadSettings snapshots(
            AbstractConfig config, EvolutionMode evolution, ColumnDrop columnDrop, TableShape shape) {
        Duration lockTimeout = Duration.ofMillis(config.getLong(SinkKeys.LOCK_TIMEOUT_MS));
        String statement = config.getString(SinkKeys.POST_SWAP_SQL).strip();
        return new LoadSettings(
                Spelling.parse(SnapshotApply.class, config.getString(SinkKeys.SNAPSHOT_APPLY)),
                Spelling.parse(SwapMode.class, config.getString(SinkKeys.SWAP_MODE)),
                config.getBoolean(SinkKeys.SWAP_KEEP_PREVIOUS)
                        ? LoadSettings.Previous.KEPT
                        : LoadSettings.Previous.DROPPED,
                config.getBoolean(SinkKeys.TRUNCATE_CASCADE)
                        ? LoadSettings.TruncateReach.CASCADE
                        : LoadSettings.TruncateReach.TABLE,
                config.getBoolean(SinkKeys.RESET_SEQUENCES)
                        ? LoadSettings.SequenceReset.ADVANCED
                        : LoadSettings.SequenceReset.LEFT_ALONE,
                config.getBoolean(SinkKeys.ANALYZE)
                        ? LoadSettings.Statistics.GATHERED
                        : LoadSettings.Statistics.LEFT_ALONE,
                shape,
                columnDrop,
                new SchemaEvolution(evolution, columnDrop, lockTimeout, shape),
                config.getList(SinkKeys.GRANT_SELECT_TO),
                statement.isEmpty() ? List.of() : List.of(statement),
                lockTimeout,
                new LoadSettings.Limits(
                        Duration.ofMillis(config.getLong(SinkKeys.SNAPSHOT_TRANSACTION_MAX_MS)),
                        Duration.ofMillis(config.getLong(SinkKeys.SNAPSHOT_IDLE_MAX_MS))),
                config.getLong(SinkKeys.BATCH_MAX_BYTES));
    }
}
