// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.structure.DestinationCatalog;
import io.tablecast.sink.structure.DestinationTable;
import io.tablecast.sink.structure.EnumTypes;
import io.tablecast.sink.structure.EnumTypesMissing;
import io.tablecast.sink.structure.Schemas;
import io.tablecast.sink.structure.StructureMismatch;
import io.tablecast.sink.structure.TableCreator;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * The table aside of a staged load. It is filled by ordinary transactions, batch after batch, so that a restart goes on
 * where the last one ended; {@link SnapshotLoad#startSwitch} then makes it the destination's content. Immutable.
 */
public final class StagedTable {

    private final LoadPlan plan;
    private final TableId id;
    private final Origin origin;

    private StagedTable(LoadPlan plan, Origin origin) {
        this.plan = requireNonNull(plan, "plan is null");
        this.id = SnapshotTable.name(plan);
        this.origin = origin;
    }

    private enum Origin {
        NEW,
        RESUMED
    }

    /** The table of a load that begins. */
    public static StagedTable of(LoadPlan plan) {
        return new StagedTable(plan, Origin.NEW);
    }

    /** The table of a load that was begun before and must be there. */
    public static StagedTable resumed(LoadPlan plan) {
        return new StagedTable(plan, Origin.RESUMED);
    }

    public TableId id() {
        return id;
    }

    /** The table that readers use. */
    public TableId destination() {
        return plan.table();
    }

    /** Whether changes of rows come among the rows. */
    public boolean isInterleaved() {
        return plan.begin().interleaved();
    }

    public LoadPlan plan() {
        return plan;
    }

    /**
     * Creates the table in the open transaction if it is not there.
     *
     * @throws StructureMismatch if the switch will not be possible, or the table of an earlier begin is gone
     */
    public void ensure(Connection connection) throws SQLException {
        if (!DestinationCatalog.isFree(connection, id)) {
            return;
        }
        if (origin == Origin.RESUMED) {
            requireThere(connection);
        }
        Schemas.ensure(connection, plan.table());
        requireEnumTypes(connection);
        Switches.choose(connection, plan).check(connection);
        SnapshotTable table = SnapshotTable.design(connection, plan);
        Optional<DestinationTable> existing = DestinationCatalog.read(
                connection, plan.table(), plan.settings().shape().identifierCase());
        if (plan.isIntoKeptTable() && existing.isPresent()) {
            // What the destination would refuse at the switch is refused now, where its record is known.
            new KeptTable(plan).createAlike(connection, existing.get(), id);
        } else {
            TableCreator.createEmpty(connection, table.design(), id);
        }
        if (isInterleaved()) {
            LoadedIndexes.key(connection, plan, table);
        }
    }

    private void requireEnumTypes(Connection connection) throws SQLException {
        if (plan.isIntoFixedTable(DestinationCatalog.read(
                connection, plan.table(), plan.settings().shape().identifierCase()))) {
            return;
        }
        List<EnumTypes.Needed> needed = EnumTypes.missing(
                connection,
                plan.table(),
                Optional.empty(),
                plan.row(),
                plan.settings().shape().types());
        if (!needed.isEmpty()) {
            throw new EnumTypesMissing(plan.table(), needed);
        }
    }

    void requireThere(Connection connection) throws SQLException {
        if (DestinationCatalog.isFree(connection, id)) {
            throw new StructureMismatch(
                    plan.table(),
                    "the table " + id + ", which held the rows of snapshot "
                            + plan.begin().id() + " so far, is gone",
                    "Copy the table again: set the sink's offset to staged_load.begin_offset by PATCH of its offsets,"
                            + " or have the source send a new snapshot.");
        }
    }
}
