// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.config.ApplyMode;
import io.tablecast.sink.config.DeleteMode;
import io.tablecast.sink.config.TableSettings;
import io.tablecast.sink.config.TruncateMode;
import io.tablecast.sink.metadata.SourceTable;
import io.tablecast.sink.metadata.TableSources;
import io.tablecast.sink.metadata.TableStates;
import io.tablecast.sink.structure.DestinationColumn;
import io.tablecast.sink.structure.EvolutionMode;
import io.tablecast.sink.structure.SoftDelete;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies changes to one table over one connection, in order: rows between two other events are reduced and written
 * together. What it knows of the table holds until a transaction fails. Not thread-safe.
 */
final class TableWriter {

    private static final Logger LOG = LoggerFactory.getLogger(TableWriter.class);

    // Converters cache their schemas; one that does not must not fill the heap here.
    private static final int MAX_KNOWN_SCHEMAS = 1_000;

    private final Connection connection;
    private final Staging staging;
    private final TableSources sources;
    private final TableId id;
    private final TableId reported;
    private final TableSettings settings;
    private final TableFit fit;
    private final TruncateStatement truncation;
    private final FormerRows formerRows;
    private final Duration lockTimeout;
    private final Set<Schema> fitting = Collections.newSetFromMap(new IdentityHashMap<>());
    private Optional<TablePlans> plans;
    private Optional<DeletedRows> deletedRows = Optional.empty();
    private Schema lastFitting;

    /**
     * Writes to a table.
     *
     * @param reported what messages call it: a staged load is its destination's
     */
    TableWriter(
            Connection connection,
            Staging staging,
            TableStates states,
            TableSources sources,
            TableId id,
            TableId reported,
            TableSettings settings,
            Duration lockTimeout)
            throws SQLException {
        this.connection = requireNonNull(connection, "connection is null");
        this.staging = requireNonNull(staging, "staging is null");
        this.sources = requireNonNull(sources, "sources is null");
        this.id = requireNonNull(id, "id is null");
        this.reported = requireNonNull(reported, "reported is null");
        this.settings = requireNonNull(settings, "settings is null");
        this.fit = new TableFit(connection, states, id, reported, settings, lockTimeout);
        this.truncation = new TruncateStatement(connection, lockTimeout);
        this.formerRows = new FormerRows(connection);
        this.lockTimeout = lockTimeout;
        this.plans = fit.read();
    }

    /** How the rows between two events are written. */
    interface RowsStep {
        void write(TablePlans plans, List<Change.OfRow> changes, RowChanges states)
                throws SQLException, WaitForMoreException;
    }

    /** The usual way: all at once, any refusal fails the transaction. */
    RowsStep atOnce() {
        return (current, changes, states) -> {
            noteDeleted(current, changes, DeletedRows.Care.NONE);
            new RowWriter(connection, staging, current, settings.applyMode(), RowWriter.FEW)
                    .write(states, RowWriter.Way.UPSERT);
        };
    }

    /** The careful way: refused records are found and given to the list. */
    RowsStep finding(List<Rejection> rejections, RejectedRows.Strictness strictness) {
        return (current, changes, states) -> {
            noteDeleted(current, changes, DeletedRows.Care.FITTING_ONLY);
            rejections.addAll(new RejectedRows(connection, staging, current, reported, settings.applyMode(), strictness)
                    .write(changes, states));
        };
    }

    /** Applies changes in the order they came. */
    void apply(List<Change> changes, RowsStep step) throws SQLException, WaitForMoreException {
        boolean areTruncatesApplied = settings.truncateMode() == TruncateMode.APPLY;
        boolean areDeletedKept = settings.softDelete().isPresent();
        int lastTruncate = areTruncatesApplied && !areDeletedKept ? lastTruncate(changes) : -1;
        List<Change.OfRow> rows = new ArrayList<>();
        for (int i = 0; i < changes.size(); i++) {
            Change change = changes.get(i);
            if (change instanceof Change.Restructure restructure) {
                write(rows, step);
                rows = new ArrayList<>();
                restructure(restructure);
            }
            if (i == lastTruncate) {
                truncate((Change.Truncate) change);
            }
            if (areTruncatesApplied && areDeletedKept && change instanceof Change.Truncate truncate) {
                write(rows, step);
                rows = new ArrayList<>();
                retireAll(truncate);
            }
            if (i > lastTruncate && change instanceof Change.OfRow row && isApplied(row)) {
                rows.add(areDeletedKept ? withValues(row) : row);
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
                || (settings.deleteMode() != DeleteMode.IGNORE && settings.applyMode() == ApplyMode.UPSERT);
    }

    /** A delete that has the whole old row is as good as a row with its mark. */
    private static Change.OfRow withValues(Change.OfRow change) {
        if (change instanceof Change.Gone gone && gone.deletion().fullRow().isPresent()) {
            return new Change.Retired(
                    gone.origin(), gone.key(), gone.deletion().fullRow().get(), gone.deletion());
        }
        return change;
    }

    private void write(List<Change.OfRow> rows, RowsStep step) throws SQLException, WaitForMoreException {
        if (rows.isEmpty()) {
            return;
        }
        for (Change.OfRow row : rows) {
            if (row instanceof Change.WithRow write && write.row().schema() != lastFitting) {
                fit(write);
                lastFitting = write.row().schema();
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
        boolean isComplete = isComplete(rows, current);
        List<Change.OfRow> whole =
                isComplete ? rows : formerRows.completed(MissingValues.filled(rows, current), current);
        RowChanges.Identities identities = change -> current.key(change).map(key -> key.identity(change));
        MergedRows merged = new MergedRows(field ->
                current.table().column(field).map(DestinationColumn::name).orElse(field.name()));
        RowChanges states = settings.softDelete().isPresent()
                ? RowChanges.reduceKeepingDeleted(whole, identities, merged)
                : RowChanges.reduce(whole, identities, merged);
        step.write(current, whole, isComplete ? states.complete() : states);
    }

    private static boolean isComplete(List<Change.OfRow> rows, TablePlans plans) {
        for (Change.OfRow change : rows) {
            if (change instanceof Change.WithRow write && plans.missing(write).isAnyIn(write.row())) {
                return false;
            }
        }
        return true;
    }

    private void noteDeleted(TablePlans current, List<Change.OfRow> changes, DeletedRows.Care care)
            throws SQLException {
        Optional<DeletedRows> history = history(current);
        if (history.isPresent()) {
            history.get().write(changes, care);
        }
    }

    private Optional<DeletedRows> history(TablePlans current) {
        boolean isKept = settings.softDelete()
                .filter(kept -> kept.history() == SoftDelete.History.EVERY)
                .isPresent();
        if (isKept && deletedRows.isEmpty()) {
            deletedRows = Optional.of(
                    new DeletedRows(connection, current, settings.softDelete().get(), lockTimeout));
        }
        return deletedRows;
    }

    private void retireAll(Change.Truncate truncate) throws SQLException {
        if (plans.isEmpty()) {
            return;
        }
        Optional<DeletedRows> history = history(plans.get());
        if (history.isPresent()) {
            history.get().writeAll(truncate);
        }
        try (PreparedStatement statement =
                connection.prepareStatement(plans.get().sql().retireAll())) {
            statement.setString(1, truncate.deletion().timeText());
            statement.executeUpdate();
        }
        requireAlone(truncate);
    }

    private void requireAlone(Change.Truncate truncate) throws SQLException {
        SourceTable source = SourceTable.of(
                truncate.deletion().source(), truncate.origin().partition().topic());
        sources.emptied(connection, reported, source);
    }

    private void fit(Change.WithRow write) throws SQLException {
        Schema row = write.row().schema();
        if (fitting.contains(row)) {
            return;
        }
        use(fit.fitted(plans, write));
        if (fitting.size() == MAX_KNOWN_SCHEMAS) {
            fitting.clear();
        }
        fitting.add(row);
    }

    /** Follows changes of columns if it may; a table that does not exist has none. */
    void restructure(Change.Restructure restructure) throws SQLException {
        if (plans.isPresent() && settings.evolution() != EvolutionMode.NONE) {
            use(fit.restructured(restructure));
            lastFitting = null;
            fitting.clear();
        }
    }

    private void use(TablePlans current) {
        if (!plans.equals(Optional.of(current))) {
            deletedRows = Optional.empty();
        }
        plans = Optional.of(current);
    }

    private void truncate(Change.Truncate truncate) throws SQLException {
        if (plans.isPresent()) {
            truncation.execute(plans.get());
            requireAlone(truncate);
        }
    }
}
