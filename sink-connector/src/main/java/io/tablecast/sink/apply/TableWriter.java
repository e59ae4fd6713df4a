// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.config.ApplyMode;
import io.tablecast.sink.config.DeleteMode;
import io.tablecast.sink.config.TableSettings;
import io.tablecast.sink.config.TruncateMode;
import io.tablecast.sink.metadata.TableStates;
import io.tablecast.sink.structure.DestinationCatalog;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.RelationKind;
import io.tablecast.sink.structure.SchemaEvolution;
import io.tablecast.sink.structure.StructureMismatch;
import io.tablecast.sink.structure.TableCreator;
import io.tablecast.sink.structure.TableDesigner;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies changes to one table over one connection, in order: rows between two other events are reduced and written
 * together. What it knows of the table holds until a transaction fails. Not thread-safe.
 */
final class TableWriter {

    private static final Logger LOG = LoggerFactory.getLogger(TableWriter.class);

    private final Connection connection;
    private final Staging staging;
    private final TableStates states;
    private final TableId id;
    private final TableSettings settings;
    private final SchemaEvolution evolution;
    private final TruncateStatement truncation;
    private Optional<TablePlans> plans;
    private Schema lastFitting;

    TableWriter(
            Connection connection,
            Staging staging,
            TableStates states,
            TableId id,
            TableSettings settings,
            Duration lockTimeout)
            throws SQLException {
        this.connection = requireNonNull(connection, "connection is null");
        this.staging = requireNonNull(staging, "staging is null");
        this.states = requireNonNull(states, "states is null");
        this.id = requireNonNull(id, "id is null");
        this.settings = requireNonNull(settings, "settings is null");
        this.evolution = new SchemaEvolution(settings.evolution(), settings.columnDrop(), lockTimeout);
        this.truncation = new TruncateStatement(connection, lockTimeout);
        this.plans = DestinationCatalog.read(connection, id).map(TableWriter::writable);
    }

    /** How the rows between two events are written. */
    interface RowsStep {
        void write(TablePlans plans, List<Change.OfRow> changes, RowChanges states)
                throws SQLException, WaitForMoreException;
    }

    /** The usual way: all at once, any refusal fails the transaction. */
    RowsStep atOnce() {
        return (current, changes, states) -> new RowWriter(
                        connection, staging, current, settings.applyMode(), RowWriter.FEW)
                .write(states, RowWriter.Way.UPSERT);
    }

    /** The careful way: refused records are found and given to the list. */
    RowsStep finding(List<Rejection> rejections, RejectedRows.Strictness strictness) {
        return (current, changes, states) ->
                rejections.addAll(new RejectedRows(connection, staging, current, settings.applyMode(), strictness)
                        .write(changes, states));
    }

    /** Applies changes in the order they came. */
    void apply(List<Change> changes, RowsStep step) throws SQLException, WaitForMoreException {
        int lastTruncate = settings.truncateMode() == TruncateMode.APPLY ? lastTruncate(changes) : -1;
        List<Change.OfRow> rows = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            if (change instanceof Change.Restructure restructure) {
                write(rows, step);
                rows = new ArrayList<>();
                restructure(restructure);
            }
            if (i == lastTruncate) {
                truncate();
            }
            if (i > lastTruncate && change instanceof Change.OfRow row && isApplied(row)) {
                rows.add(row);
            }
        }
        write(rows, step);
    }

    private static int lastTruncate(List<Change> changes) {
        for (int i = changes.size() - 1; i >= 0; i--) {
            if (changes.get(i) instanceof Change.Truncate) {
                return i;
            }
        }
        return -1;
    }

    private boolean isApplied(Change.OfRow change) {
        return change instanceof Change.Write
                || (settings.deleteMode() == DeleteMode.DELETE && settings.applyMode() == ApplyMode.UPSERT);
    }

    private void write(List<Change.OfRow> rows, RowsStep step) throws SQLException, WaitForMoreException {
        if (rows.isEmpty()) {
            return;
        }
        for (Change.OfRow row : rows) {
            if (row instanceof Change.Write write && write.row().schema() != lastFitting) {
                fit(write);
            }
        }
        if (plans.isEmpty()) {
            LOG.debug("{} does not exist, so there is nothing to delete from it", id);
            return;
        }
        TablePlans current = plans.get();
        if (settings.applyMode() == ApplyMode.APPEND) {
            step.write(current, rows, RowChanges.unreduced(rows));
            return;
        }
        boolean isIncomplete = rows.stream()
                .anyMatch(change -> change instanceof Change.Write write
                        && current.missing(write).isAnyIn(write.row()));
        List<Change.OfRow> whole = isIncomplete ? MissingValues.filled(rows, current) : rows;
        step.write(
                current,
                whole,
                RowChanges.reduce(whole, change -> current.key(change).map(key -> key.identity(change))));
    }

    private void fit(Change.Write write) throws SQLException {
        Schema row = write.row().schema();
        if (plans.isEmpty()) {
            plans = Optional.of(create(write));
        }
        if (!SchemaEvolution.fits(plans.get().table(), row)) {
            plans = Optional.of(writable(evolution.follow(connection, id, List.of(), row)));
        }
        states.addKnownColumns(
                connection, id, row.fields().stream().map(Field::name).toList());
        lastFitting = row;
    }

    private TablePlans create(Change.Write write) throws SQLException {
        if (!settings.isCreated()) {
            throw new StructureMismatch(
                    id, "the table does not exist", "Create it, or set auto.create=true to have it created.");
        }
        List<String> key = write.key() instanceof RowKey.Fields fields
                ? fields.values().schema().fields().stream().map(Field::name).toList()
                : List.of();
        return writable(TableCreator.create(
                connection,
                TableDesigner.ofRecords(connection, id, key, write.row().schema(), settings.shape())));
    }

    private void restructure(Change.Restructure restructure) throws SQLException {
        if (plans.isPresent()) {
            plans = Optional.of(writable(evolution.follow(connection, id, restructure.changes(), restructure.row())));
            lastFitting = null;
        }
    }

    private void truncate() throws SQLException {
        if (plans.isPresent()) {
            truncation.execute(plans.get());
        }
    }

    private static TablePlans writable(DestinationTable table) {
        boolean isWritable = switch (table.kind()) {
            case TABLE, PARTITIONED_TABLE, FOREIGN_TABLE -> true;
            case VIEW -> table.isSnapshotView();
            case MATERIALIZED_VIEW, OTHER -> false;
        };
        if (!isWritable) {
            throw new StructureMismatch(
                    table.id(),
                    "it is "
                            + (table.kind() == RelationKind.OTHER
                                    ? "no table"
                                    : table.kind().words()),
                    "Map its records to a table by table.mapping.");
        }
        return new TablePlans(table);
    }
}
