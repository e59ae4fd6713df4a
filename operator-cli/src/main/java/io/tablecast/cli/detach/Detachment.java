// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.detach;

import io.tablecast.cli.pipeline.PipelineSink;
import io.tablecast.contract.table.ForeignKey;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import io.tablecast.sink.metadata.MetadataSchema;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.snapshot.Privileges;
import io.tablecast.sink.structure.HistoryTable;
import io.tablecast.sink.structure.Names;
import io.tablecast.sink.structure.Sequences;
import io.tablecast.sink.structure.TableLock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Detaches tables of one sink: a view over the newest copy becomes a table, sequences go on above the values that are
 * there, foreign keys are made as the source has them, and metadata is removed last. What is not done when somebody ends it
 * in the middle, the next one does. Used once.
 */
public final class Detachment implements AutoCloseable {
    private final PipelineSink sink;
    private final MetadataSchema schema;
    private final Connection connection;
    private final boolean isThere;
    private final Map<TableId, DestinationTables.Entry> tables;

    private Detachment(PipelineSink sink, Connection connection) throws SQLException {
        this.sink = sink;
        this.schema = sink.metadata();
        this.connection = connection;
        this.isThere = isThere(connection, schema);
        this.tables = isThere
                ? DestinationTables.of(connection, schema, sink.connector().name())
                : Map.of();
    }

    /** Connects to the destination; the caller closes it. */
    public static Detachment open(PipelineSink sink) throws SQLException {
        Connection connection = sink.connections().open();
        try {
            connection.setAutoCommit(false);
            Detachment detachment = new Detachment(sink, connection);
            connection.commit();
            return detachment;
        } catch (SQLException | RuntimeException e) {
            connection.close();
            throw e;
        }
    }

    private static boolean isThere(Connection connection, MetadataSchema schema) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
            statement.setString(1, schema.tableState());
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /** The tables that the sink writes. */
    public Set<TableId> tables() {
        return Set.copyOf(tables.keySet());
    }

    /** Detaches one table, but for its foreign keys and metadata. One that somebody has dropped or renamed has no more. */
    public void detach(TableId table) throws SQLException {
        DestinationTables.Entry entry = tables.get(table);
        try {
            TableLock.acquire(connection, table);
            if (entry.storage(table).isPresent() && isView(table)) {
                putInPlaceOfItsView(table, entry.storage(table).get());
            }
            if (entry.previous().filter(former -> isCopyOf(table, former)).isPresent()) {
                execute("DROP TABLE IF EXISTS "
                        + Identifiers.quote(entry.previous().get()));
            }
            if (isThere(table)) {
                Sequences.advance(
                        connection,
                        table,
                        entry.structure().map(TableStructure::sequences).orElse(List.of()));
            }
            standsAlone(table);
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        }
    }

    /** A sink that goes on all the same must find its rows. */
    private void standsAlone(TableId table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("UPDATE " + schema.tableState()
                + " SET storage_table = CASE WHEN storage_table IS NOT NULL THEN ? END, previous_table = NULL"
                + " WHERE table_schema = ? AND table_name = ?")) {
            statement.setString(1, table.toString());
            statement.setString(2, table.schema());
            statement.setString(3, table.name());
            statement.executeUpdate();
        }
    }

    /** Removes the metadata of tables that are detached. */
    public void forget(Set<TableId> detached) throws SQLException {
        try {
            for (TableId table : detached) {
                TableLock.acquire(connection, table);
                forget(table);
            }
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        }
    }

    /**
     * Drops one table with its rows, the copy before, and its deleted rows that the sink has kept. What others have built on
     * one of them keeps all from being dropped.
     */
    public void drop(TableId table) throws SQLException {
        DestinationTables.Entry entry = tables.get(table);
        try {
            TableLock.acquire(connection, table);
            execute("DROP " + (isView(table) ? "VIEW" : "TABLE") + " IF EXISTS " + Identifiers.quote(table));
            for (Optional<TableId> copy :
                    List.of(entry.storage(table), entry.previous().filter(former -> isCopyOf(table, former)))) {
                if (copy.isPresent()) {
                    execute("DROP TABLE IF EXISTS " + Identifiers.quote(copy.get()));
                }
            }
            Optional<TableId> history = HistoryTable.find(connection, table);
            if (history.isPresent()) {
                execute("DROP TABLE " + Identifiers.quote(history.get()));
            }
            forget(table);
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            connection.rollback();
            throw e;
        }
    }

    private void forget(TableId table) throws SQLException {
        for (String metadata : List.of(
                schema.stagedLoad(),
                schema.tableStructure(),
                schema.runLog(),
                schema.recordError(),
                schema.tableState())) {
            delete(metadata, table);
        }
    }

    /**
     * Forgets how far the sink has read; for when none of its tables is left. When no other sink has anything there, its
     * kind of metadata goes altogether.
     *
     * @return whether it went
     */
    public boolean forgetOffsets() throws SQLException {
        if (!isThere) {
            return false;
        }
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM " + schema.sinkOffset() + " WHERE connector = ?")) {
            statement.setString(1, sink.connector().name());
            statement.executeUpdate();
        }
        boolean isLast = MetadataRemoval.of(connection, schema);
        connection.commit();
        return isLast;
    }

    private static boolean isCopyOf(TableId table, TableId candidate) {
        return candidate.schema().equals(table.schema()) && Names.isSnapshotTable(table.name(), candidate.name());
    }

    private boolean isThere(TableId table) throws SQLException {
        return !texts("SELECT relname FROM pg_catalog.pg_class WHERE oid = to_regclass(?)", table)
                .isEmpty();
    }

    private boolean isView(TableId table) throws SQLException {
        return texts("SELECT relname FROM pg_catalog.pg_class WHERE oid = to_regclass(?) AND relkind = 'v'", table)
                        .size()
                == 1;
    }

    private void putInPlaceOfItsView(TableId table, TableId storage) throws SQLException {
        List<String> dependents = texts("""
                SELECT DISTINCT rule.ev_class::regclass::text FROM pg_catalog.pg_depend AS uses
                JOIN pg_catalog.pg_rewrite AS rule ON rule.oid = uses.objid
                WHERE uses.classid = 'pg_catalog.pg_rewrite'::regclass AND uses.refobjid = to_regclass(?)
                  AND rule.ev_class <> uses.refobjid""", table);
        if (!dependents.isEmpty()) {
            throw new SQLException(table + " is a view that others are built on: " + String.join(", ", dependents)
                    + ". Drop them, detach the table, and create them again.");
        }
        Privileges privileges = Privileges.of(connection, table);
        execute("DROP VIEW " + Identifiers.quote(table));
        execute("ALTER TABLE " + Identifiers.quote(storage) + " RENAME TO " + Identifiers.quote(table.name()));
        List<String> columns = texts(
                "SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = to_regclass(?) AND attnum > 0"
                        + " AND NOT attisdropped",
                table);
        privileges.applyTo(connection, table, columns);
    }

    /**
     * Makes the foreign keys of detached tables, without checking the rows that are there, and then checks them while
     * writers go on.
     *
     * @param ofSources those of tables whose copies do not tell them
     * @return what could not be made or does not hold, one sentence each
     */
    public List<String> makeForeignKeys(Set<TableId> detached, Map<TableId, List<ForeignKey>> ofSources)
            throws SQLException {
        List<String> faults = new ArrayList<>();
        ForeignKeys foreignKeys = new ForeignKeys(connection, sink.settings().naming());
        for (TableId table : detached) {
            if (!isThere(table)) {
                continue;
            }
            List<ForeignKey> ofCopy = tables.get(table)
                    .structure()
                    .map(TableStructure::foreignKeys)
                    .orElse(List.of());
            for (ForeignKey key : ofSources.getOrDefault(table, ofCopy)) {
                foreignKeys.make(table, key).ifPresent(faults::add);
            }
        }
        return faults;
    }

    private void delete(String metadata, TableId table) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("DELETE FROM " + metadata + " WHERE table_schema = ? AND table_name = ?")) {
            statement.setString(1, table.schema());
            statement.setString(2, table.name());
            statement.executeUpdate();
        }
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> texts(String sql, TableId table) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, Identifiers.quote(table));
            try (ResultSet rows = statement.executeQuery()) {
                List<String> texts = new ArrayList<>();
                while (rows.next()) {
                    texts.add(rows.getString(1));
                }
                return texts;
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
