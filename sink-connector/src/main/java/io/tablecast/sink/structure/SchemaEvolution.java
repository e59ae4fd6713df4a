// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.ColumnNames;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.TableId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.connect.data.Schema;

/**
 * Lets an existing table follow the source's columns. Everything happens in the caller's transaction, which has
 * autocommit off, under the {@link TableLock}: of two tasks that see the same change the later one finds it done.
 * Statements wait for readers for the lock timeout at most and then fail with SQLSTATE 55P03, to be tried again later, so
 * that a long reader never makes new ones queue behind a change. Immutable and thread-safe.
 */
public final class SchemaEvolution {

    private final EvolutionMode mode;
    private final ColumnDrop columnDrop;
    private final Duration lockTimeout;
    private final TableShape shape;

    /**
     * Follows as configured.
     *
     * @param shape which types columns get and how they are called
     */
    public SchemaEvolution(EvolutionMode mode, ColumnDrop columnDrop, Duration lockTimeout, TableShape shape) {
        this.mode = requireNonNull(mode, "mode is null");
        this.columnDrop = requireNonNull(columnDrop, "columnDrop is null");
        this.lockTimeout = requireNonNull(lockTimeout, "lockTimeout is null");
        this.shape = requireNonNull(shape, "shape is null");
    }

    /** Whether tables follow everything that the source does. */
    public boolean isFull() {
        return mode == EvolutionMode.FULL;
    }

    /** Whether tables that exist stay as they are. */
    public boolean isOff() {
        return mode == EvolutionMode.NONE;
    }

    /**
     * Whether the table takes rows of the schema without another change: it has a column for every field, columns that the
     * rows do not fill take NULL and, under {@link EvolutionMode#FULL}, none is narrower than its field. Asks no database.
     *
     * @param written what was written to the table before
     */
    public boolean fits(DestinationTable table, Schema row, WrittenColumns written) {
        RowDifferences differences = RowDifferences.of(table, row, shape.types());
        if (!differences.missing().isEmpty()) {
            return false;
        }
        return switch (mode) {
            case NONE -> true;
            case BASIC -> differences.unfilled(written).isEmpty();
            case FULL ->
                differences.unfilled(written).isEmpty() && differences.wider().isEmpty();
        };
    }

    /**
     * Applies the changes that a record announces, then adds what its row still lacks, and returns the table as it is
     * afterwards, with the names that its columns had before. Changes that were made before are passed over.
     *
     * @param changes none where a row differs from the table without an announcement
     * @param row the schema of the record's row
     * @param written what was written to the table before
     * @param former names that the table's columns had before
     * @throws StructureMismatch if the setting forbids a change that is needed, or PostgreSQL refuses it
     */
    public DestinationTable follow(
            Connection connection,
            TableId id,
            List<SchemaChange> changes,
            Schema row,
            WrittenColumns written,
            FormerNames former)
            throws SQLException {
        shape.identifierCase().requireDistinct(id, row);
        TableLock.acquire(connection, id);
        DestinationTable table = reread(connection, id, former);
        requireChangeable(table, row);
        if (mode == EvolutionMode.NONE) {
            return table;
        }
        String usualTimeout = lockTimeout(connection);
        setLockTimeout(connection, lockTimeout.toMillis() + "ms");
        SchemaChange.Cases<Alteration.Step> cases =
                mode == EvolutionMode.FULL ? new FullChanges(columnDrop) : new BasicChanges();
        FormerNames names = former;
        for (SchemaChange change : changes) {
            DestinationTable before = reread(connection, id, names);
            change.match(cases).run(new Alteration(connection, before, row, shape.types()));
            names = mode == EvolutionMode.FULL ? names.after(change, before) : names;
        }
        for (Alteration.Step step : unannounced(written)) {
            step.run(new Alteration(connection, reread(connection, id, names), row, shape.types()));
        }
        setLockTimeout(connection, usualTimeout);
        return reread(connection, id, names);
    }

    private List<Alteration.Step> unannounced(WrittenColumns written) {
        List<Alteration.Step> steps = new ArrayList<>();
        steps.add(Alteration::addMissing);
        steps.add(alteration -> alteration.relaxUnfilled(written));
        if (mode == EvolutionMode.FULL) {
            steps.add(Alteration::widen);
        }
        return steps;
    }

    private void requireChangeable(DestinationTable table, Schema row) {
        if (table.kind() != RelationKind.TABLE && table.kind() != RelationKind.PARTITIONED_TABLE) {
            throw new StructureMismatch(
                    table.id(),
                    "it is " + table.kind().words() + ", whose columns cannot follow the source's",
                    "Replicate into a table, or alter it by hand.");
        }
        if (mode == EvolutionMode.NONE && !missing(table, row).isEmpty()) {
            throw new StructureMismatch(
                    table.id(),
                    "it lacks the columns " + missing(table, row) + " of its records",
                    "Add them by ALTER TABLE, or set schema.evolution=basic.");
        }
    }

    private List<String> missing(DestinationTable table, Schema row) {
        return RowDifferences.of(table, row, shape.types()).missing().stream()
                .map(ColumnNames::of)
                .toList();
    }

    private DestinationTable reread(Connection connection, TableId id, FormerNames names) throws SQLException {
        return DestinationCatalog.read(connection, id, shape.identifierCase())
                .map(table -> table.withFormerNames(names))
                .orElseThrow(() -> new StructureMismatch(
                        id, "the table is gone", "Restart the connector's task to have it created again."));
    }

    private static String lockTimeout(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("SELECT pg_catalog.current_setting('lock_timeout')");
                ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static void setLockTimeout(Connection connection, String timeout) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT pg_catalog.set_config('lock_timeout', ?, true)")) {
            statement.setString(1, timeout);
            statement.execute();
        }
    }
}
