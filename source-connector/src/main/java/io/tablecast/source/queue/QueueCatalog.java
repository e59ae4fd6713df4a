// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.postgres.Identifiers;
import io.tablecast.source.queue.KeyColumn.Comparison;
import io.tablecast.source.queue.QueueTarget.Level;
import io.tablecast.source.queue.QueueTarget.Member;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.connect.errors.ConnectException;

/** Reads from the system catalogs what a table's queue depends on. */
final class QueueCatalog {

    private static final String MEMBERS = """
            WITH RECURSIVE tree(relation, depth) AS (
                SELECT c.oid, 0 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ? AND c.relname = ?
                UNION ALL
                SELECT i.inhrelid, tree.depth + 1 FROM tree JOIN pg_inherits i ON i.inhparent = tree.relation)
            SELECT n.nspname, c.relname, c.oid, c.relkind,
                   c.relispartition AND tree.depth > 0 AS clones,
                   pg_has_role(c.relowner, 'USAGE') AS owned,
                   has_table_privilege(c.oid, 'TRIGGER') AS may_trigger,
                   EXISTS (SELECT FROM pg_subscription_rel s WHERE s.srrelid = c.oid) AS subscribed,
                   c.relkind = 'p' OR EXISTS (SELECT FROM pg_subscription_rel s WHERE s.srrelid = c.oid)
                       OR EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid
                                  AND i.inhparent NOT IN (SELECT relation FROM tree)) AS row_level
            FROM (SELECT relation, min(depth) AS depth FROM tree GROUP BY relation) tree
            JOIN pg_class c ON c.oid = tree.relation
            JOIN pg_namespace n ON n.oid = c.relnamespace
            ORDER BY tree.depth, c.oid
            """;

    // Domains are followed down to their base type, which has the same values without the domain's NOT NULL.
    private static final String COLUMNS = """
            WITH RECURSIVE base(attnum, type, modifier) AS (
                SELECT attnum, atttypid, atttypmod FROM pg_attribute
                WHERE attrelid = ? AND attnum > 0 AND NOT attisdropped
                UNION ALL
                SELECT base.attnum, t.typbasetype, t.typtypmod FROM base JOIN pg_type t ON t.oid = base.type
                WHERE t.typtype = 'd')
            SELECT a.attname, a.atttypid, a.atttypmod,
                   format_type(base.type, base.modifier)
                       || coalesce(' COLLATE ' || quote_ident(cn.nspname) || '.' || quote_ident(co.collname), '')
                       AS queue_type,
                   t.typtype = 'e' OR (t.oid = ANY ('{bool,int2,int4,int8,oid,uuid,date,time,timestamp,timestamptz,
                                                      bytea,name,text,varchar,"\\"char\\""}'::regtype[]::oid[])
                                       AND coalesce(co.collisdeterministic, true)) AS by_value
            FROM pg_attribute a
            JOIN base ON base.attnum = a.attnum
            JOIN pg_type t ON t.oid = base.type AND t.typtype <> 'd'
            LEFT JOIN pg_collation co ON co.oid = a.attcollation
            LEFT JOIN pg_namespace cn ON cn.oid = co.collnamespace
            WHERE a.attrelid = ? AND a.attname = ANY (?)
            """;

    private QueueCatalog() {}

    /**
     * Reads a table.
     *
     * @throws ConnectException when the table cannot have a queue; the message says why and what to do
     */
    static QueueTarget read(Connection connection, TableId table, List<String> keyColumns) throws SQLException {
        List<Member> members = new ArrayList<>();
        Level level = Level.STATEMENT;
        try (PreparedStatement query = connection.prepareStatement(MEMBERS)) {
            query.setString(1, table.schema());
            query.setString(2, table.name());
            ResultSet rows = query.executeQuery();
            while (rows.next()) {
                TableId member = new TableId(rows.getString("nspname"), rows.getString("relname"));
                refuseUnlessTable(table, member, rows.getString("relkind"));
                if (rows.getBoolean("row_level")) {
                    level = Level.ROW;
                }
                members.add(new Member(
                        member,
                        rows.getLong("oid"),
                        rows.getBoolean("clones"),
                        rows.getBoolean("owned"),
                        rows.getBoolean("may_trigger"),
                        rows.getBoolean("subscribed")));
            }
        }
        if (members.isEmpty()) {
            throw new ConnectException("Cannot set up the queue of " + table + ": the table does not exist");
        }
        long relation = members.get(0).relation();
        return new QueueTarget(table, relation, level, members, keyColumns(connection, table, relation, keyColumns));
    }

    /**
     * Reads a table with the key columns of all readers of its queue.
     *
     * @throws ConnectException when the table cannot have a queue; the message says why and what to do
     */
    static QueueTarget readForAll(
            Connection connection, TableId table, Optional<InstalledQueue> existing, QueueWish wish)
            throws SQLException {
        Set<String> allKeys =
                new LinkedHashSet<>(existing.map(InstalledQueue::keyColumns).orElse(List.of()));
        allKeys.addAll(wish.keyColumns());
        return read(connection, table, wanted(connection, table, allKeys, wish.keyColumns()));
    }

    // A key column of another consumer that the table no longer has is given up: the consumer copies the table again.
    private static List<String> wanted(
            Connection connection, TableId table, Set<String> allKeys, List<String> keyColumns) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT count(*) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE n.nspname = ? AND c.relname = ? AND a.attname = ANY (?) AND NOT a.attisdropped""")) {
            query.setString(1, table.schema());
            query.setString(2, table.name());
            query.setArray(3, connection.createArrayOf("text", allKeys.toArray()));
            ResultSet row = query.executeQuery();
            row.next();
            return row.getInt(1) == allKeys.size() ? List.copyOf(allKeys) : keyColumns;
        }
    }

    private static void refuseUnlessTable(TableId table, TableId member, String kind) {
        if (kind.equals("r") || kind.equals("p")) {
            return;
        }
        String found = switch (kind) {
            case "v" -> "a view";
            case "m" -> "a materialized view";
            case "f" -> "a foreign table";
            default -> "not a table";
        };
        throw new ConnectException("Cannot set up the queue of " + table + ": " + member + " is " + found
                + ", whose changes no trigger sees. Use mode=snapshot for it.");
    }

    /** @throws ConnectException with the GRANT to run, when the role may not put triggers on all of the table */
    static void requirePrivileges(Connection connection, QueueTarget target) throws SQLException {
        List<String> forbidden = target.members().stream()
                .filter(member -> !member.mayTrigger())
                .map(member -> Identifiers.quote(member.table()))
                .toList();
        String user = connection.getMetaData().getUserName();
        if (forbidden.isEmpty()) {
            requireOwnership(target, user);
            return;
        }
        throw new ConnectException("Cannot set up the queue of " + target.table() + ": role \"" + user
                + "\" may not create triggers on " + String.join(", ", forbidden) + ". GRANT TRIGGER ON "
                + String.join(", ", forbidden) + " TO " + Identifiers.quote(user)
                + ", or let an administrator set up the queue (queue.setup=manual).");
    }

    private static void requireOwnership(QueueTarget target, String user) {
        List<String> unseen = target.members().stream()
                .filter(member -> member.subscribed() && !member.owned())
                .map(member -> Identifiers.quote(member.table()))
                .toList();
        if (!unseen.isEmpty()) {
            throw new ConnectException("Cannot set up the queue of " + target.table() + ": a subscription writes to "
                    + String.join(", ", unseen)
                    + ", and only triggers that the table's owner has made fire for it. Grant"
                    + " the owner's role to " + Identifiers.quote(user)
                    + ", or let an administrator set up the queue (queue.setup=manual).");
        }
    }

    private static List<KeyColumn> keyColumns(Connection connection, TableId table, long relation, List<String> names)
            throws SQLException {
        Map<String, KeyColumn> found = new LinkedHashMap<>();
        try (PreparedStatement query = connection.prepareStatement(COLUMNS)) {
            Array wanted = connection.createArrayOf("text", names.toArray());
            query.setLong(1, relation);
            query.setLong(2, relation);
            query.setArray(3, wanted);
            ResultSet rows = query.executeQuery();
            while (rows.next()) {
                KeyColumn column = new KeyColumn(
                        rows.getString("attname"),
                        rows.getLong("atttypid"),
                        rows.getInt("atttypmod"),
                        rows.getString("queue_type"),
                        rows.getBoolean("by_value") ? Comparison.BY_VALUE : Comparison.BY_TEXT);
                found.put(column.name(), column);
            }
        }
        List<String> missing =
                names.stream().filter(name -> !found.containsKey(name)).toList();
        if (names.isEmpty() || !missing.isEmpty()) {
            throw new ConnectException("Cannot set up the queue of " + table + ": "
                    + (names.isEmpty()
                            ? "it has no key. Add a primary key, or set key.columns."
                            : missing.stream()
                                    .collect(Collectors.joining("\", \"", "key column \"", "\" does not exist"))));
        }
        return names.stream().map(found::get).toList();
    }
}
