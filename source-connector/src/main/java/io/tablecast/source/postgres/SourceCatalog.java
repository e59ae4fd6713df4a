// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.record.EnvelopeWriter;
import io.tablecast.contract.record.PostgresSourceBlock;
import io.tablecast.contract.record.RowField;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Index;
import io.tablecast.contract.table.KeyChoice;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import io.tablecast.contract.type.ColumnReader;
import io.tablecast.contract.type.TypedColumn;
import io.tablecast.source.config.RecordSettings;
import io.tablecast.source.config.TableFilter;
import io.tablecast.source.config.TableSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads tables from a source's catalog, on the caller's connection and in its transaction, if there is one. Not
 * thread-safe, as connections are not.
 *
 * @see <a href="https://www.postgresql.org/docs/current/catalogs.html">System Catalogs</a>
 */
public final class SourceCatalog {

    private final Connection connection;
    private final RecordSettings records;

    public SourceCatalog(Connection connection, RecordSettings records) {
        this.connection = connection;
        this.records = records;
    }

    /** What tells this server and database from others. */
    public SourceIdentity identity() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("""
                        SELECT pg_catalog.current_database(),
                               pg_catalog.has_function_privilege('pg_catalog.pg_control_system()', 'EXECUTE'),
                               (SELECT oid FROM pg_catalog.pg_database
                                WHERE datname = pg_catalog.current_database())""")) {
            result.next();
            String database = result.getString(1);
            // Where an administrator has revoked the function, the database's OID is what remains.
            String system = result.getBoolean(2) ? systemIdentifier() : "database-" + result.getString(3);
            return new SourceIdentity(system, database);
        }
    }

    private String systemIdentifier() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result =
                        statement.executeQuery("SELECT system_identifier FROM pg_catalog.pg_control_system()")) {
            result.next();
            return result.getString(1);
        }
    }

    /**
     * The captured tables, in order of their names. A partition is among them only where none of its ancestors is;
     * tables of system schemas, of extensions and of the given schema, which holds the queues, never are.
     */
    public List<TableId> capturedTables(TableFilter filter, String queueSchema) throws SQLException {
        return capturedTablesWithSizes(filter, queueSchema).stream()
                .map(CapturedTable::id)
                .toList();
    }

    /** The same with their sizes. */
    public List<CapturedTable> capturedTablesWithSizes(TableFilter filter, String queueSchema) throws SQLException {
        Map<Long, TableId> matching = new LinkedHashMap<>();
        Map<Long, Long> parents = new LinkedHashMap<>();
        Map<Long, Long> pages = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT c.oid, n.nspname, c.relname, coalesce(i.inhparent, 0), greatest(c.relpages, 0)
                FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_catalog.pg_inherits i ON i.inhrelid = c.oid AND c.relispartition
                WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
                  AND n.nspname NOT IN ('pg_catalog', 'information_schema')
                  AND n.nspname NOT LIKE 'pg\\_toast%'
                  AND n.nspname NOT LIKE 'pg\\_temp%'
                  AND n.nspname <> ?
                  AND NOT EXISTS (
                      SELECT FROM pg_catalog.pg_depend d
                      WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
                ORDER BY n.nspname, c.relname""")) {
            statement.setString(1, queueSchema);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    TableId table = new TableId(result.getString(2), result.getString(3));
                    parents.put(result.getLong(1), result.getLong(4));
                    pages.put(result.getLong(1), result.getLong(5));
                    if (filter.includes(table)) {
                        matching.put(result.getLong(1), table);
                    }
                }
            }
        }
        addToAncestors(pages, parents);
        return matching.entrySet().stream()
                .filter(entry -> !hasAncestorIn(matching.keySet(), entry.getKey(), parents))
                .map(entry -> new CapturedTable(entry.getValue(), pages.get(entry.getKey())))
                .sorted(Comparator.comparing(CapturedTable::id))
                .toList();
    }

    /** Partitioned tables are as large as their partitions together. */
    private static void addToAncestors(Map<Long, Long> pages, Map<Long, Long> parents) {
        Map<Long, Long> ofPartitions = new HashMap<>();
        pages.forEach((oid, own) -> {
            long parent = parents.getOrDefault(oid, 0L);
            while (parent != 0) {
                ofPartitions.merge(parent, own, Long::sum);
                parent = parents.getOrDefault(parent, 0L);
            }
        });
        ofPartitions.forEach((oid, more) -> pages.merge(oid, more, Long::sum));
    }

    private static boolean hasAncestorIn(Set<Long> matching, long oid, Map<Long, Long> parents) {
        long parent = parents.getOrDefault(oid, 0L);
        while (parent != 0) {
            if (matching.contains(parent)) {
                return true;
            }
            parent = parents.getOrDefault(parent, 0L);
        }
        return false;
    }

    /**
     * Reads a table; empty when there is none of this name.
     *
     * @throws MissingColumnsException when the setting {@code columns} names others than the table has
     */
    public Optional<SourceTable> table(TableId id, TableSettings settings) throws SQLException {
        String searchPath = replaceSearchPath("");
        Optional<SourceTable> table;
        try {
            Optional<CatalogRelation> relation = CatalogRelation.find(connection, id);
            table = relation.isEmpty() ? Optional.empty() : Optional.of(table(relation.get(), settings));
        } catch (RuntimeException e) {
            // The caller may go on with other tables, whose conditions rely on the search path.
            replaceSearchPath(searchPath);
            throw e;
        }
        replaceSearchPath(searchPath);
        return table;
    }

    private SourceTable table(CatalogRelation relation, TableSettings settings) throws SQLException {
        TableId id = relation.id();
        CatalogColumns catalogColumns = CatalogColumns.read(connection, relation.oid());
        List<TypedColumn> typedColumns = replicated(id, catalogColumns.typedColumns(), settings.columns());
        List<Column> columns =
                typedColumns.stream().map(catalogColumns::describe).toList();
        List<Index> indexes = CatalogIndexes.read(connection, relation.oid());
        KeyChoice key = settings.keyColumns().isEmpty()
                ? KeyChoice.among(columns, indexes)
                : KeyChoice.named(columns, settings.keyColumns());
        TableStructure structure = new TableStructure(
                id,
                TableStructure.DatabaseKind.POSTGRESQL,
                columns,
                key.columns(),
                indexes,
                CatalogConstraints.foreignKeys(connection, relation.oid()),
                CatalogConstraints.sequences(connection, relation.oid()).stream()
                        .filter(sequence -> columns.stream()
                                .anyMatch(column -> column.name().equals(sequence.column())))
                        .toList(),
                relation.comment());

        List<ColumnReader> readers =
                typedColumns.stream().map(column -> reader(id, column)).toList();
        String topic = records.topic(id, settings);
        return new SourceTable(
                id,
                relation.oid(),
                relation.kind(),
                structure,
                readers,
                key,
                settings,
                relation.estimatedRows(),
                topic,
                new SourcePartition(records.topicPrefix(), id),
                new EnvelopeWriter(
                        topic,
                        fields(typedColumns, readers),
                        key.columns(),
                        PostgresSourceBlock.SCHEMA,
                        records.schemaNames(),
                        Clock.systemUTC()),
                new PostgresSourceBlock(records.topicPrefix(), relation.database(), id),
                records.types());
    }

    private ColumnReader reader(TableId table, TypedColumn column) {
        return records.propagates(table, column.name())
                ? ColumnReader.createWithSourceParameters(column, records.types())
                : ColumnReader.create(column, records.types());
    }

    private static List<TypedColumn> replicated(TableId id, List<TypedColumn> columns, List<String> wanted) {
        if (wanted.isEmpty()) {
            return columns;
        }
        Set<String> missing = new HashSet<>(wanted);
        columns.forEach(column -> missing.remove(column.name()));
        if (!missing.isEmpty()) {
            throw new MissingColumnsException(
                    id, wanted.stream().filter(missing::contains).toList());
        }
        return columns.stream().filter(column -> wanted.contains(column.name())).toList();
    }

    private static List<RowField> fields(List<TypedColumn> columns, List<ColumnReader> readers) {
        List<RowField> fields = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++) {
            fields.add(new RowField(columns.get(i).name(), readers.get(i).fieldSchema()));
        }
        return fields;
    }

    /** With an empty search path, expressions of the catalog name everything in full. */
    private String replaceSearchPath(String path) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                SELECT before.path, pg_catalog.set_config('search_path', ?, false)
                FROM (SELECT pg_catalog.current_setting('search_path') AS path OFFSET 0) AS before""")) {
            statement.setString(1, path);
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return result.getString(1);
            }
        }
    }
}
