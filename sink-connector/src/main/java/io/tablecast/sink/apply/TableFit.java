// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.ColumnNames;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.config.ApplyMode;
import io.tablecast.sink.config.TableSettings;
import io.tablecast.sink.metadata.TableStates;
import io.tablecast.sink.snapshot.FollowedView;
import io.tablecast.sink.structure.DestinationCatalog;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.EnumTypes;
import io.tablecast.sink.structure.EnumTypesMissing;
import io.tablecast.sink.structure.EvolutionMode;
import io.tablecast.sink.structure.FormerNames;
import io.tablecast.sink.structure.HistoryTable;
import io.tablecast.sink.structure.PartitionKey;
import io.tablecast.sink.structure.RelationKind;
import io.tablecast.sink.structure.SchemaEvolution;
import io.tablecast.sink.structure.SoftDeleteColumn;
import io.tablecast.sink.structure.StructureMismatch;
import io.tablecast.sink.structure.TableCreator;
import io.tablecast.sink.structure.TableDesigner;
import io.tablecast.sink.structure.WrittenColumns;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes a table fit the rows that come for it: creates it, lets it follow its source, or says what stands in the way. */
final class TableFit {

    private static final Logger LOG = LoggerFactory.getLogger(TableFit.class);

    private final Connection connection;
    private final TableStates states;
    private final TableId id;
    private final TableId reported;
    private final TableSettings settings;
    private final SchemaEvolution evolution;
    // Of the table of a copy, which follows in full though nobody has asked for that.
    private final Optional<SchemaEvolution> lesserEvolution;
    private final Duration lockTimeout;
    private FormerNames formerNames;

    TableFit(
            Connection connection,
            TableStates states,
            TableId id,
            TableId reported,
            TableSettings settings,
            Duration lockTimeout)
            throws SQLException {
        this.connection = requireNonNull(connection, "connection is null");
        this.states = requireNonNull(states, "states is null");
        this.id = requireNonNull(id, "id is null");
        this.reported = requireNonNull(reported, "reported is null");
        this.settings = requireNonNull(settings, "settings is null");
        this.lockTimeout = requireNonNull(lockTimeout, "lockTimeout is null");
        this.evolution =
                new SchemaEvolution(settings.evolution(), settings.columnDrop(), lockTimeout, settings.shape());
        boolean isFullUnasked = !id.equals(reported)
                && evolution.isFull()
                && !settings.snapshots().evolution().isFull();
        this.lesserEvolution = isFullUnasked
                ? Optional.of(
                        new SchemaEvolution(EvolutionMode.BASIC, settings.columnDrop(), lockTimeout, settings.shape()))
                : Optional.empty();
        this.formerNames = states.formerNames(connection, reported);
    }

    /** The table as it is; empty if there is none. */
    Optional<TablePlans> read() throws SQLException {
        Optional<DestinationTable> found = DestinationCatalog.read(connection, id);
        return found.isPresent() ? Optional.of(writable(found.get())) : Optional.empty();
    }

    /**
     * The table with everything that rows of this schema need.
     *
     * @param plans the table as it was read last; the same object if nothing had to be changed
     * @throws EnumTypesMissing if something has to be committed before
     */
    TablePlans fitted(Optional<TablePlans> plans, Change.WithRow write) throws SQLException {
        Schema row = write.row().schema();
        plans.ifPresent(current -> HistoryTable.requireNone(current.table(), row));
        requireEnumTypes(plans, row);
        TablePlans fitted = followed(plans.isPresent() ? plans.get() : create(write), row);
        requireKeyOfPartitions(fitted, write);
        states.written(connection, id, row);
        return fitted;
    }

    /** The table after changes that its source has announced. */
    TablePlans restructured(Change.Restructure restructure) throws SQLException {
        DestinationTable followed = follow(restructure.changes(), restructure.row(), WrittenColumns.NONE);
        keep(followed.formerNames());
        // Perhaps no row follows: what was added is the source's all the same.
        states.written(connection, id, restructure.row());
        return writable(followed);
    }

    private DestinationTable follow(List<SchemaChange> changes, Schema row, WrittenColumns written)
            throws SQLException {
        if (lesserEvolution.isEmpty()) {
            return follow(evolution, changes, row, written);
        }
        Savepoint before = connection.setSavepoint();
        try {
            DestinationTable followed = follow(evolution, changes, row, written);
            connection.releaseSavepoint(before);
            return followed;
        } catch (StructureMismatch e) {
            connection.rollback(before);
            LOG.warn("The copy of {} goes on with the columns as they were. {}", reported, e.getMessage());
            return follow(lesserEvolution.get(), changes, row, written);
        }
    }

    private DestinationTable follow(
            SchemaEvolution allowed, List<SchemaChange> changes, Schema row, WrittenColumns written)
            throws SQLException {
        return new FollowedView(connection, id, settings.columnDrop(), lockTimeout)
                .follow(table -> allowed.follow(connection, table, changes, row, written, formerNames));
    }

    private void keep(FormerNames names) throws SQLException {
        if (!names.equals(formerNames)) {
            formerNames = names;
            states.keepFormerNames(connection, reported, names);
        }
    }

    private void requireEnumTypes(Optional<TablePlans> plans, Schema row) throws SQLException {
        if (settings.evolution() == EvolutionMode.NONE && plans.isPresent()) {
            return;
        }
        List<EnumTypes.Needed> needed = EnumTypes.missing(
                connection,
                id,
                plans.map(TablePlans::table),
                row,
                settings.shape().types());
        if (!needed.isEmpty()) {
            throw new EnumTypesMissing(id, needed);
        }
    }

    // Rows without a key are only inserted.
    private void requireKeyOfPartitions(TablePlans plans, Change.WithRow write) throws SQLException {
        if (settings.applyMode() != ApplyMode.UPSERT || plans.table().kind() != RelationKind.PARTITIONED_TABLE) {
            return;
        }
        Optional<KeyColumns> key = plans.key(write);
        if (key.isPresent()) {
            PartitionKey.of(connection, plans.table()).requireWithin(key.get().names());
        }
    }

    private TablePlans followed(TablePlans plans, Schema row) throws SQLException {
        if (Untyped.isRow(row)) {
            requireColumns(plans.table(), row);
            return plans;
        }
        WrittenColumns written = states.written(connection, id);
        return evolution.fits(rows(plans.table()), row, written) ? plans : writable(follow(List.of(), row, written));
    }

    /** The table that takes the rows: behind a view, which knows nothing of NOT NULL, the one that it shows. */
    private DestinationTable rows(DestinationTable table) throws SQLException {
        return table.isSnapshotView()
                ? DestinationCatalog.read(connection, table.storage())
                        .orElseThrow()
                        .in(table.identifierCase())
                        .withFormerNames(table.formerNames())
                : table;
    }

    private void requireColumns(DestinationTable table, Schema row) {
        List<String> missing = row.fields().stream()
                .map(ColumnNames::of)
                .filter(name -> table.column(name).isEmpty())
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        throw new StructureMismatch(
                id,
                "it lacks the columns " + missing + " of its records, which come without schemas and do not tell"
                        + " their types",
                "Add them by ALTER TABLE.");
    }

    private TablePlans create(Change.WithRow write) throws SQLException {
        if (Untyped.isRow(write.row().schema())) {
            throw new StructureMismatch(
                    id,
                    "the table does not exist, and records without schemas do not tell the types of its columns",
                    "Create it, or use a converter with schemas: value.converter.schemas.enable=true for JSON, or"
                            + " Avro.");
        }
        if (!settings.isCreated()) {
            throw new StructureMismatch(
                    id, "the table does not exist", "Create it, or set auto.create=true to have it created.");
        }
        List<String> key = write.key() instanceof RowKey.Fields fields
                ? fields.values().schema().fields().stream()
                        .map(ColumnNames::of)
                        .toList()
                : List.of();
        DestinationTable created = TableCreator.create(
                connection,
                TableDesigner.ofRecords(connection, id, key, write.row().schema(), settings.shape()));
        return settings.softDelete().isPresent() ? marked(created) : writable(created);
    }

    private TablePlans marked(DestinationTable table) throws SQLException {
        return writable(SoftDeleteColumn.add(
                connection, table.id(), settings.softDelete().orElseThrow(), lockTimeout));
    }

    private TablePlans writable(DestinationTable found) throws SQLException {
        DestinationTable table = found.in(settings.shape().identifierCase()).withFormerNames(formerNames);
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
        boolean lacksMark = settings.softDelete()
                .filter(kept -> !SoftDeleteColumn.isIn(table, kept))
                .isPresent();
        if (!lacksMark) {
            return new TablePlans(table, settings.softDelete());
        }
        if (settings.evolution() == EvolutionMode.NONE) {
            throw new StructureMismatch(
                    table.id(),
                    "delete.mode=soft needs its column \""
                            + settings.softDelete().get().column() + "\"",
                    "Add it as timestamptz by ALTER TABLE, or set schema.evolution=basic.");
        }
        return marked(table);
    }
}
