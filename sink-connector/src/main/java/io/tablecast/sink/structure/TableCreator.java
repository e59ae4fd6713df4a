// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates tables by their design. Everything happens in the caller's transaction, which has autocommit off; nothing is
 * committed here.
 */
public final class TableCreator {

    private static final Logger LOG = LoggerFactory.getLogger(TableCreator.class);

    private TableCreator() {}

    /**
     * Creates the table with its key, indexes and comments unless another task was faster, and returns it as it is now.
     * Holds the {@link TableLock} until the transaction ends.
     */
    public static DestinationTable create(Connection connection, TableDesign design) throws SQLException {
        TableId table = design.table();
        Schemas.ensure(connection, table);
        TableLock.acquire(connection, table);
        IdentifierCase identifierCase = design.shape().identifierCase();
        Optional<DestinationTable> other = DestinationCatalog.read(connection, table, identifierCase);
        if (other.isPresent()) {
            return other.get();
        }
        createEmpty(connection, design, table);
        createKey(connection, design, table, design.key().name());
        createIndexes(connection, design, table, "");
        comment(connection, design, table, "TABLE");
        design.remarks().forEach(remark -> LOG.info("Created {}: {}", table, remark));
        return DestinationCatalog.read(connection, table, identifierCase).orElseThrow();
    }

    /**
     * Creates the table's columns, without key, indexes and comments.
     *
     * @param table the name to create it by, which need not be the design's
     * @throws StructureMismatch if the role may not create tables there
     */
    public static void createEmpty(Connection connection, TableDesign design, TableId table) throws SQLException {
        StringJoiner columns = new StringJoiner(",\n    ", " (\n    ", "\n)");
        design.columns().forEach(column -> columns.add(definition(column)));
        String storage = design.shape().fillfactor() == TableShape.DEFAULT_FILLFACTOR
                ? ""
                : " WITH (fillfactor = " + design.shape().fillfactor() + ")";
        try {
            Sql.execute(connection, "CREATE TABLE " + Identifiers.quote(table) + columns + storage);
        } catch (SQLException e) {
            if (Schemas.INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
                throw new StructureMismatch(
                        design.table(),
                        "the connector's role may not create tables in its schema: " + e.getMessage(),
                        "Grant USAGE and CREATE on the schema to the role.",
                        e);
            }
            throw e;
        }
        for (NewColumn column : design.columns()) {
            if (column.numbering() == Numbering.SEQUENCE) {
                createSequence(connection, table, column);
            }
        }
    }

    // Goes with the table, and with the column.
    private static void createSequence(Connection connection, TableId table, NewColumn column) throws SQLException {
        String wanted = Names.withSuffix(table.name() + "_" + column.name(), "_seq");
        String name = Identifiers.quote(new TableId(table.schema(), freeName(connection, table, wanted)));
        String quotedTable = Identifiers.quote(table);
        String quotedColumn = Identifiers.quote(column.name());
        Sql.execute(connection, "CREATE SEQUENCE " + name + " OWNED BY " + quotedTable + "." + quotedColumn);
        Sql.execute(
                connection,
                "ALTER TABLE " + quotedTable + " ALTER " + quotedColumn + " SET DEFAULT pg_catalog.nextval("
                        + Sql.literal(name) + "::regclass)");
    }

    /** Creates the key on a table made by {@link #createEmpty}, by a name near the wanted one that is free. */
    public static void createKey(Connection connection, TableDesign design, TableId table, String wantedName)
            throws SQLException {
        NewKey key = design.key();
        if (!key.exists()) {
            return;
        }
        String name = Identifiers.quote(freeName(connection, table, wantedName));
        String columns = key.columns().stream().map(Identifiers::quote).collect(Collectors.joining(", ", " (", ")"));
        Sql.execute(
                connection,
                switch (key.kind()) {
                    case PRIMARY_KEY ->
                        "ALTER TABLE " + Identifiers.quote(table) + " ADD CONSTRAINT " + name + " PRIMARY KEY"
                                + columns;
                    case UNIQUE_INDEX -> "CREATE UNIQUE INDEX " + name + " ON " + Identifiers.quote(table) + columns;
                    case PLAIN_INDEX -> "CREATE INDEX " + name + " ON " + Identifiers.quote(table) + columns;
                });
    }

    /**
     * Creates the secondary indexes. One that this database cannot build, because it lacks an extension, a function or a
     * collation, is left out with a warning: the rows are right without it.
     *
     * @param suffix appended to the indexes' names
     */
    public static void createIndexes(Connection connection, TableDesign design, TableId table, String suffix)
            throws SQLException {
        for (NewIndex index : design.indexes()) {
            createIndex(connection, design.table(), index, table, suffix);
        }
    }

    /**
     * Creates the indexes that another table has and this one lacks: those that somebody added at the destination. Ones
     * that no longer work with these columns or rows are left out with a warning.
     *
     * @param from the table that the new one replaces
     * @param suffix appended to the indexes' names
     */
    public static void carryIndexes(
            Connection connection, TableDesign design, TableId from, TableId table, String suffix) throws SQLException {
        Set<String> present = new HashSet<>();
        IndexDefinitions.of(connection, table).forEach(index -> present.add(index.definition()));
        for (NewIndex index : IndexDefinitions.of(connection, from)) {
            if (present.add(index.definition())) {
                createIndex(connection, design.table(), index, table, suffix);
            }
        }
    }

    private static void createIndex(
            Connection connection, TableId destination, NewIndex index, TableId table, String suffix)
            throws SQLException {
        String wanted = Names.withSuffix(Names.withoutSnapshotSuffix(index.name()), suffix);
        String name = freeName(connection, table, wanted);
        Savepoint before = connection.setSavepoint();
        try {
            Sql.execute(
                    connection,
                    "CREATE " + index.kind() + Identifiers.quote(name) + " ON " + Identifiers.quote(table) + " "
                            + index.definition());
            connection.releaseSavepoint(before);
        } catch (SQLException e) {
            connection.rollback(before);
            if (!isIndexImpossible(e)) {
                throw e;
            }
            LOG.warn(
                    "Left out index \"{}\" of {} ({}): {}. Create it by hand if readers need it.",
                    index.name(),
                    destination,
                    index.definition(),
                    e.getMessage());
        }
    }

    /**
     * Gives a relation and its columns the source's comments; where the source has none, what is there stays.
     *
     * @param kind {@code TABLE} or {@code VIEW}
     */
    public static void comment(Connection connection, TableDesign design, TableId relation, String kind)
            throws SQLException {
        String quoted = Identifiers.quote(relation);
        if (!design.comment().isEmpty()) {
            Sql.execute(connection, "COMMENT ON " + kind + " " + quoted + " IS " + Sql.literal(design.comment()));
        }
        for (NewColumn column : design.columns()) {
            if (!column.comment().isEmpty()) {
                Sql.execute(
                        connection,
                        "COMMENT ON COLUMN " + quoted + "." + Identifiers.quote(column.name()) + " IS "
                                + Sql.literal(column.comment()));
            }
        }
    }

    private static String definition(NewColumn column) {
        StringBuilder sql =
                new StringBuilder(Identifiers.quote(column.name())).append(' ').append(column.type());
        if (!column.collation().isEmpty()) {
            sql.append(" COLLATE ").append(column.collation());
        }
        if (column.numbering() == Numbering.IDENTITY) {
            sql.append(" GENERATED BY DEFAULT AS IDENTITY");
        }
        if (!column.defaultLiteral().isEmpty()) {
            sql.append(" DEFAULT ").append(column.defaultLiteral());
        }
        if (column.isNotNull()) {
            sql.append(" NOT NULL");
        }
        return sql.toString();
    }

    // Names of indexes and sequences share one space per schema with those of tables.
    private static String freeName(Connection connection, TableId table, String wanted) throws SQLException {
        String name = Names.fit(wanted);
        if (DestinationCatalog.isFree(connection, new TableId(table.schema(), name))) {
            return name;
        }
        return Names.withSuffix(table.name() + "_" + name, "_idx");
    }

    /** Classes 0A (feature), 22 (an expression fails on a value), 23 (not unique), 42 (missing) and 54 (a limit). */
    private static boolean isIndexImpossible(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        return List.of("0A", "22", "23", "42", "54").stream().anyMatch(state::startsWith);
    }
}
