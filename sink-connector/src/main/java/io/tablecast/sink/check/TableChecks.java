// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.check;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.check.NamedTables.NamedTable;
import io.tablecast.sink.config.ApplyMode;
import io.tablecast.sink.config.SinkKeys;
import io.tablecast.sink.config.TableSettings;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.snapshot.RenameObstacles;
import io.tablecast.sink.snapshot.SnapshotApply;
import io.tablecast.sink.snapshot.SwapMode;
import io.tablecast.sink.structure.DestinationCatalog;
import io.tablecast.sink.structure.DestinationColumn;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.EvolutionMode;
import io.tablecast.sink.structure.HistoryTable;
import io.tablecast.sink.structure.PartitionKey;
import io.tablecast.sink.structure.RelationKind;
import io.tablecast.sink.structure.SoftDelete;
import io.tablecast.sink.structure.SoftDeleteColumn;
import io.tablecast.sink.structure.StructureMismatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands in the way of writing to a table that is there. What concerns copies alone is an error only where the
 * configuration asks for a way of applying them, because not every topic brings copies; else it is logged.
 */
final class TableChecks {

    private static final Logger LOG = LoggerFactory.getLogger(TableChecks.class);
    private static final String DATATYPE_MISMATCH = "42804";

    private final Report report;
    private final SetKeys keys;
    private final Connection connection;

    TableChecks(Report report, SetKeys keys, Connection connection) {
        this.report = report;
        this.keys = keys;
        this.connection = connection;
    }

    /** Whether rows can go to it at all. */
    boolean isWritable(NamedTable named, DestinationTable table) {
        if (isWritable(table)) {
            return true;
        }
        report.error(
                named.key(),
                "Cannot write to " + table.id() + ": it is " + table.kind().words()
                        + ". Map its records to a table by table.mapping.");
        return false;
    }

    void check(DestinationTable table, TableSettings settings) throws SQLException {
        checkSoftDelete(table, settings);
        checkPartitions(table, settings);
        checkCopies(table, settings);
        checkTypes(table, settings);
    }

    private static boolean isWritable(DestinationTable table) {
        return switch (table.kind()) {
            case TABLE, PARTITIONED_TABLE, FOREIGN_TABLE -> true;
            case VIEW -> table.isSnapshotView();
            case MATERIALIZED_VIEW, OTHER -> false;
        };
    }

    private void checkSoftDelete(DestinationTable table, TableSettings settings) throws SQLException {
        if (settings.softDelete().isEmpty()) {
            return;
        }
        SoftDelete kept = settings.softDelete().get();
        String key = keys.of(table.id(), SinkKeys.SOFT_DELETE_COLUMN);
        boolean isThere;
        try {
            isThere = SoftDeleteColumn.isIn(table, kept);
        } catch (StructureMismatch e) {
            report.error(key, e.getMessage());
            return;
        }
        checkHistory(table, kept);
        if (!isThere && settings.evolution() == EvolutionMode.NONE) {
            report.error(
                    key,
                    "Cannot write to " + table.id() + ": delete.mode=soft needs its column \"" + kept.column()
                            + "\". Add it as timestamptz by ALTER TABLE, or set schema.evolution=basic.");
        }
    }

    private void checkHistory(DestinationTable table, SoftDelete kept) throws SQLException {
        Optional<DestinationTable> named = DestinationCatalog.read(connection, HistoryTable.of(table.id()));
        if (kept.history() == SoftDelete.History.EVERY
                && named.filter(other -> !HistoryTable.isHistory(other)).isPresent()) {
            report.error(
                    keys.of(table.id(), SinkKeys.SOFT_DELETE_HISTORY),
                    "Deleted rows of " + table.id() + " belong into "
                            + named.get().id()
                            + ", which is a table of another kind. Rename that table, or set"
                            + " soft.delete.history=false.");
        }
    }

    private void checkPartitions(DestinationTable table, TableSettings settings) throws SQLException {
        if (table.kind() != RelationKind.PARTITIONED_TABLE || settings.applyMode() != ApplyMode.UPSERT) {
            return;
        }
        PartitionKey partitions = PartitionKey.of(connection, table);
        if (partitions.hasExpressions()) {
            report.error(
                    keys.of(table.id(), SinkKeys.APPLY_MODE),
                    "Cannot write to " + table.id() + ": it is partitioned by an expression, so that no index finds the"
                            + " row of a key. Partition it by columns of the key, or set apply.mode=append.");
        }
    }

    private void checkCopies(DestinationTable table, TableSettings settings) throws SQLException {
        boolean isSwapped = settings.snapshots().apply() == SnapshotApply.SWAP
                && settings.softDelete().isEmpty();
        if (!isSwapped || table.isSnapshotView()) {
            return;
        }
        TableId id = table.id();
        if (settings.snapshots().swapMode() == SwapMode.VIEW) {
            report.error(
                    keys.of(id, SinkKeys.SWAP_MODE),
                    "Cannot write to " + id + ": swap.mode=view puts a view of that name over the table of each"
                            + " snapshot, but it is " + table.kind().words()
                            + " that Tablecast did not make so. Rename or drop it, or set swap.mode=rename.");
            return;
        }
        String key = keys.isSet(id, SinkKeys.SWAP_MODE) ? SinkKeys.SWAP_MODE : SinkKeys.SNAPSHOT_APPLY;
        try {
            RenameObstacles.requireNone(connection, table, List.of());
        } catch (StructureMismatch e) {
            if (keys.isSet(id, key)) {
                report.error(keys.of(id, key), e.getMessage());
            } else {
                LOG.warn("A copy could not be applied. {}", e.getMessage());
            }
        }
    }

    // Columns of a table that is swapped get their types with the next copy.
    private void checkTypes(DestinationTable table, TableSettings settings) throws SQLException {
        boolean isKept = settings.snapshots().apply() != SnapshotApply.SWAP
                || settings.softDelete().isPresent();
        if (!isKept) {
            return;
        }
        DestinationTable inCase = table.in(settings.shape().identifierCase());
        for (Map.Entry<String, String> wanted :
                settings.shape().types().overrides().byColumn().entrySet()) {
            if (inCase.column(wanted.getKey()).isPresent()) {
                checkType(table, inCase.column(wanted.getKey()).get(), wanted.getValue());
            } else if (settings.evolution() == EvolutionMode.NONE) {
                keys.own(table.id(), SinkKeys.TYPE_OVERRIDES)
                        .ifPresent(key -> report.error(
                                key,
                                "The table " + table.id() + " has no column \"" + wanted.getKey()
                                        + "\", and schema.evolution=none adds none. Correct the name, or add it by"
                                        + " ALTER TABLE."));
            }
        }
    }

    // Asks the parser, which knows the casts of an assignment. The setting's own check has made sure that the type is a
    // name and nothing else.
    private void checkType(DestinationTable table, DestinationColumn column, String type) throws SQLException {
        if (column.isGenerated()) {
            return;
        }
        try (Statement statement = connection.createStatement()) {
            statement
                    .executeQuery("EXPLAIN INSERT INTO " + Identifiers.quote(table.storage()) + " ("
                            + Identifiers.quote(column.name()) + ") OVERRIDING SYSTEM VALUE SELECT CAST(NULL AS " + type
                            + ")")
                    .close();
        } catch (SQLException e) {
            if (DATATYPE_MISMATCH.equals(e.getSQLState())) {
                report.error(
                        keys.of(table.id(), SinkKeys.TYPE_OVERRIDES),
                        "Column \"" + column.name() + "\" of " + table.id() + " is there as "
                                + column.typed().type().name() + ", which takes no values of type " + type
                                + ". Alter the column, or correct the pair of column \"" + column.name() + "\".");
            }
        }
    }
}
