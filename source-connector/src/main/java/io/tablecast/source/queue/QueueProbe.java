// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.postgres.EnumLabels;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Asks how queues are and whether they hold anything new: two queries, however many tables there are. */
final class QueueProbe {

    // Of pg_class, as the transaction sees it: pg_relation_filenode() would already show what commits meanwhile.
    private static final String FILES = """
            (WITH RECURSIVE tree(relation) AS (
                SELECT c.oid
                UNION
                SELECT i.inhrelid FROM tree JOIN pg_inherits i ON i.inhparent = tree.relation)
             SELECT string_agg(f.oid || ':' || f.relfilenode, ',' ORDER BY f.oid)
             FROM tree JOIN pg_class f ON f.oid = tree.relation)""";

    private static final String TIMELINE =
            "CASE WHEN pg_is_in_recovery() THEN '' ELSE left(pg_walfile_name(pg_current_wal_lsn()), 8) END";

    private final QueueRegistry registry;
    private final String consumer;

    QueueProbe(QueueRegistry registry, String consumer) {
        this.registry = registry;
        this.consumer = consumer;
    }

    /** How the queues of the tables are in the connection's transaction. */
    States states(Connection connection, List<TableId> tables) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT pg_current_snapshot()::text AS snapshot, %s AS timeline, wanted.number, q.generation,
                       coalesce(q.relation = c.oid AND q.members = %s, false) AS is_intact,
                       coalesce(NOT k.lost, false) AS is_kept,
                       CASE WHEN c.relhassubclass THEN %s ELSE c.relfilenode::text END AS files,
                       (SELECT string_agg(a.attnum || ':' || a.xmin, ',' ORDER BY a.attnum)
                        FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0) AS columns,
                       (SELECT string_agg(i.indexrelid || ':' || i.xmin, ',' ORDER BY i.indexrelid)
                        FROM pg_index i WHERE i.indrelid = c.oid) AS keys,
                       %s AS labels
                FROM unnest(?::text[], ?::text[]) WITH ORDINALITY AS wanted(schema, name, number)
                LEFT JOIN %s q ON q.table_schema = wanted.schema AND q.table_name = wanted.name
                LEFT JOIN %s k ON k.consumer = ? AND k.table_schema = wanted.schema AND k.table_name = wanted.name
                LEFT JOIN pg_namespace n ON n.nspname = wanted.schema
                LEFT JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name
                ORDER BY wanted.number""".formatted(
                TIMELINE, registry.members("q"), FILES, EnumLabels.MARK, registry.queues(), registry.consumers()))) {
            query.setArray(1, texts(connection, tables.stream().map(TableId::schema)));
            query.setArray(2, texts(connection, tables.stream().map(TableId::name)));
            query.setString(3, consumer);
            Map<TableId, State> states = new HashMap<>();
            String snapshot = "";
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    snapshot = rows.getString("snapshot");
                    states.put(
                            tables.get(rows.getInt("number") - 1),
                            new State(
                                    rows.getString("timeline"),
                                    rows.getLong("generation"),
                                    rows.getBoolean("is_intact"),
                                    rows.getBoolean("is_kept"),
                                    String.valueOf(rows.getString("files")),
                                    String.valueOf(rows.getString("columns")),
                                    rows.getString("keys") + "." + rows.getString("labels")));
                }
            }
            return new States(PgSnapshot.parse(snapshot), states);
        }
    }

    /** Which of the queues hold rows that the table's position does not cover, in the connection's transaction. */
    List<FollowedTable> withChanges(Connection connection, List<FollowedTable> tables) throws SQLException {
        if (tables.isEmpty()) {
            return List.of();
        }
        String sql = tables.stream()
                .map(table -> registry.queueTable(table.queue().name()))
                .map(
                        "EXISTS (SELECT FROM %1$s WHERE xid >= ?::xid8) OR EXISTS (SELECT FROM %1$s WHERE xid = ANY (?::xid8[]))"
                                ::formatted)
                .collect(Collectors.joining(", ", "SELECT ", ""));
        List<FollowedTable> changed = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            int parameter = 1;
            for (FollowedTable table : tables) {
                PgSnapshot from = table.from();
                query.setString(parameter++, Long.toString(from.xmax()));
                query.setString(parameter++, from.inProgressArray());
            }
            try (ResultSet row = query.executeQuery()) {
                row.next();
                for (int i = 0; i < tables.size(); i++) {
                    if (row.getBoolean(i + 1)) {
                        changed.add(tables.get(i));
                    }
                }
            }
        }
        return changed;
    }

    /** The timeline of the server's log. */
    static String timeline(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + TIMELINE)) {
            row.next();
            return row.getString(1);
        }
    }

    private static Array texts(Connection connection, Stream<String> texts) throws SQLException {
        return connection.createArrayOf("text", texts.toArray());
    }

    /** @param snapshot what the transaction sees */
    record States(PgSnapshot snapshot, Map<TableId, State> byTable) {
        States {
            requireNonNull(snapshot, "snapshot is null");
            byTable = Map.copyOf(byTable);
        }

        State of(TableId table) {
            return byTable.get(table);
        }
    }

    /**
     * How one queue is.
     *
     * @param timeline of the server's log, which changes when a standby takes over
     * @param generation 0 when there is no queue
     * @param isIntact whether triggers and partitions are as they were set up
     * @param isKept whether the rows are kept for this consumer
     * @param files changes whenever a file that holds rows of the table does
     * @param columns changes whenever a column does
     * @param keysAndLabels changes whenever an index or a label of an enum does
     */
    record State(
            String timeline,
            long generation,
            boolean isIntact,
            boolean isKept,
            String files,
            String columns,
            String keysAndLabels) {
        State {
            requireNonNull(timeline, "timeline is null");
            requireNonNull(files, "files is null");
            requireNonNull(columns, "columns is null");
            requireNonNull(keysAndLabels, "keysAndLabels is null");
        }

        /** Whether what the catalog says about the table has not changed in between. */
        boolean hasShapeOf(State other) {
            return columns.equals(other.columns) && keysAndLabels.equals(other.keysAndLabels);
        }
    }
}
