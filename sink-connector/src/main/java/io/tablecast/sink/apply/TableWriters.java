// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.config.SinkSettings;
import io.tablecast.sink.config.TableErrorMode;
import io.tablecast.sink.config.TableSettings;
import io.tablecast.sink.error.Outcome;
import io.tablecast.sink.error.StopReasons;
import io.tablecast.sink.metadata.SourceTable;
import io.tablecast.sink.metadata.TableSources;
import io.tablecast.sink.metadata.TableStates;
import io.tablecast.sink.metadata.TableTakenException;
import io.tablecast.sink.snapshot.StagedTable;
import io.tablecast.sink.structure.StructureMismatch;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The writers of a session's tables, with what each has read of its table. A table becomes this connector's when it is first
 * written to. Used inside the session's transaction, by its thread.
 */
final class TableWriters {

    private final SinkSettings settings;
    private final Connection connection;
    private final Staging staging;
    private final TableStates states;
    private final TableSources sources;
    private final Map<TableId, TableWriter> known = new HashMap<>();
    private final Map<TableId, Set<SourceTable>> noted = new HashMap<>();

    TableWriters(
            SinkSettings settings, Connection connection, Staging staging, TableStates states, TableSources sources) {
        this.settings = settings;
        this.connection = connection;
        this.staging = staging;
        this.states = states;
        this.sources = sources;
    }

    /** How the rows of one table are written. */
    interface Way {
        TableWriter.RowsStep of(TableWriter writer);
    }

    /** What may concern one table alone. */
    interface Work<E extends Exception> {
        void run() throws SQLException, E;
    }

    /**
     * Makes what staged loads need before their destinations follow changes of columns, which they are made after.
     *
     * @throws TableFailedException as {@link #apply} does
     */
    void prepareStages(Flush flush) throws SQLException {
        for (TableId table : flush.tables().keySet()) {
            if (flush.stage(table).isPresent()) {
                ofTable(destination(flush, table), () -> writer(flush, table));
            }
        }
    }

    /**
     * Writes the changes of one table, or of the staged load of one.
     *
     * @throws TableFailedException if what failed concerns this table alone, and it is to be parked; of a staged load it
     *     names the destination
     */
    void apply(Flush flush, Map.Entry<TableId, List<Change>> table, Way way) throws SQLException, WaitForMoreException {
        this.<WaitForMoreException>ofTable(destination(flush, table.getKey()), () -> {
            TableWriter writer = writer(flush, table.getKey());
            writer.apply(table.getValue(), way.of(writer));
        });
    }

    /**
     * Does something with a destination table.
     *
     * @throws TableFailedException as {@link #apply} does
     */
    <E extends Exception> void ofTable(TableId destination, Work<E> work) throws SQLException, E {
        boolean isQuarantined = settings.of(destination).onError() == TableErrorMode.QUARANTINE;
        try {
            work.run();
        } catch (RecordRejectedException | StructureMismatch | TableTakenException e) {
            throw isQuarantined ? new TableFailedException(destination, e) : e;
        } catch (SQLException e) {
            // Class 42: a privilege or an object is missing. Other states concern more than a table.
            boolean isOfTable = Outcome.of(e) == Outcome.STOP
                    && String.valueOf(e.getSQLState()).startsWith("42");
            if (isOfTable && isQuarantined) {
                throw new TableFailedException(destination, StopReasons.of(e, destination.toString()));
            }
            throw e;
        }
    }

    private static TableId destination(Flush flush, TableId table) {
        return flush.stage(table).map(StagedTable::destination).orElse(table);
    }

    private TableWriter writer(Flush flush, TableId table) throws SQLException {
        Optional<StagedTable> stage = flush.stage(table);
        TableId destination = destination(flush, table);
        TableWriter former = known.get(table);
        if (former == null) {
            states.claim(connection, destination);
        }
        note(destination, flush.sources(table));
        if (former != null) {
            return former;
        }
        TableSettings ofTable = settings.of(destination);
        if (stage.isPresent()) {
            stage.get().ensure(connection);
            ofTable = ofTable.ofStage(stage.get());
        }
        TableWriter writer = writer(table, destination, ofTable);
        known.put(table, writer);
        return writer;
    }

    private TableWriter writer(TableId table, TableId destination, TableSettings ofTable) throws SQLException {
        return new TableWriter(
                connection, staging, states, sources, table, destination, ofTable, settings.lockTimeout());
    }

    /** Lets a table of this connector follow its source without a row. */
    void restructure(TableId table, Change.Restructure announced) throws SQLException {
        writer(table, table, settings.of(table)).restructure(announced);
    }

    private void note(TableId destination, Set<SourceTable> written) throws SQLException {
        Set<SourceTable> before = noted.computeIfAbsent(destination, missing -> new HashSet<>());
        for (SourceTable source : written) {
            if (!before.contains(source)) {
                sources.written(connection, destination, source);
                before.add(source);
            }
        }
    }

    /** What was read of the table does not hold any more. */
    void forget(TableId table) {
        known.remove(table);
        noted.remove(table);
    }

    void forgetAll() {
        known.clear();
        noted.clear();
    }
}
