// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.MySqlCatalog.Described;
import io.tablecast.source.mysql.binlog.BinlogPosition;
import io.tablecast.source.mysql.binlog.DdlStatement;
import io.tablecast.source.mysql.binlog.DdlStatement.Renamed;
import io.tablecast.source.mysql.binlog.TableMap;
import io.tablecast.source.mysql.binlog.UnreadableTableException;
import io.tablecast.source.mysql.type.MySqlColumn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what tables look like. Each row event comes with a description of its table as it was then, which is what rows
 * are read by; the catalog adds what such descriptions do not know, as long as it does not contradict them. Statements are
 * read only for the names that columns had before.
 *
 * <p>A server whose binlog_row_metadata is not FULL does not describe them. Then rows are read by what the table was when its
 * copy began, until a statement alters it; nobody knows what it is after that but the catalog, which may be further on.
 */
final class LayoutChanges {

    private static final Logger LOG = LoggerFactory.getLogger(LayoutChanges.class);

    private static final int LOOKS = 10;

    private final Connection connection;
    private final MySqlServer server;
    private final Charsets charsets;
    private final Map<TableId, List<DdlStatement>> statements = new HashMap<>();
    private final Set<TableId> untold;
    private final Set<TableId> altered = new HashSet<>();

    /** @param untold the tables whose columns the binlog does not tell, as far as is known */
    LayoutChanges(Connection connection, MySqlServer server, Charsets charsets, Set<TableId> untold) {
        this.connection = connection;
        this.server = server;
        this.charsets = charsets;
        this.untold = new HashSet<>(untold);
    }

    /** A statement may have renamed columns of a table that was not behind it already. */
    void noticed(DdlStatement statement, TableId table) {
        if (!statement.renamedColumns(table).isEmpty()) {
            statements.computeIfAbsent(table, ignored -> new ArrayList<>()).add(statement);
        }
    }

    /** Compares the table with how it is described now; whether it has changed. */
    boolean follow(FollowedTable table, TableMap map) throws SQLException {
        Optional<List<MySqlColumn>> told = map.columns(charsets.collations(), charsets::decoder);
        if (told.isEmpty()) {
            untold.add(table.id());
            requireKnown(table, map);
            return false;
        }
        untold.remove(table.id());
        altered.remove(table.id());
        List<MySqlColumn> now = told.get();
        if (table.layout().reads(now)) {
            return false;
        }
        Optional<Described> catalog = new MySqlCatalog(connection, server).describe(table.id());
        change(table, layout(table, now, catalog));
        return true;
    }

    private void requireKnown(FollowedTable table, TableMap map) {
        boolean fits = map.fits(table.layout().columns(), charsets.collations(), charsets::decoder);
        if (!fits || altered.contains(table.id())) {
            throw new UnreadableTableException("The binlog does not name the columns of " + table.id()
                    + ", which were altered since they were known. Set binlog_row_metadata=FULL at the server, also in"
                    + " its configuration, and delete the table's offset.");
        }
    }

    /** The next row event has to tell what the table has become, or the table begins anew. */
    void altered(FollowedTable table) {
        altered.add(table.id());
    }

    /** Whether nobody but the catalog tells what a table has become by a statement. */
    boolean isUntold(FollowedTable table) {
        return untold.contains(table.id());
    }

    /**
     * The table goes on at a place where it looks as the catalog tells; what happened to it before that place is passed over.
     * False when it is not there.
     */
    boolean moveOn(FollowedTable table) throws SQLException {
        MySqlCatalog catalog = new MySqlCatalog(connection, server);
        for (int tries = 0; tries < LOOKS; tries++) {
            Optional<Described> before = settled(catalog, table.id());
            BinlogPosition place = server.beginning(connection);
            Optional<Described> after = catalog.describe(table.id());
            if (before.equals(after)) {
                before.ifPresent(described -> renew(table, described));
                table.moveTo(place, Optional.empty());
                altered.remove(table.id());
                return before.isPresent();
            }
        }
        throw new UnreadableTableException("The columns of " + table.id() + " were altered at each of " + LOOKS
                + " looks, and the binlog does not name them. Set binlog_row_metadata=FULL at the server, also in its"
                + " configuration.");
    }

    /** The table looks as the catalog tells, and no event will tell it. */
    void adopt(FollowedTable table, Described catalog) {
        change(table, layout(table, catalog.columns(), Optional.of(catalog)));
    }

    private void change(FollowedTable table, TableLayout next) {
        List<SchemaChange> changes = changes(table.id(), table.layout(), next);
        LOG.info("The columns of {} have changed: {}", table.id(), changes);
        table.changeLayout(next, changes);
    }

    /** Whether the catalog shows another key than rows are sent with. */
    boolean hasOtherKey(FollowedTable table) throws SQLException {
        Optional<Described> catalog = settled(new MySqlCatalog(connection, server), table.id());
        return catalog.isPresent()
                && !TableKey.of(table.id(), catalog.get(), table.table().settings())
                        .equals(table.layout().key());
    }

    /** Another table stands in the place of this one: it looks as the catalog tells. False when it is not there. */
    boolean renew(FollowedTable table) throws SQLException {
        Optional<Described> catalog = settled(new MySqlCatalog(connection, server), table.id());
        catalog.ifPresent(described -> renew(table, described));
        return catalog.isPresent();
    }

    /**
     * What the catalog tells of a table when a statement that has just been read from the binlog is over. A server writes it
     * there first, and keeps the lock of the table's name until the catalog shows it too.
     */
    private static Optional<Described> settled(MySqlCatalog catalog, TableId table) throws SQLException {
        try {
            catalog.open(table);
        } catch (SQLException e) {
            if (!CopyFailures.isOfTable(e)) {
                throw e;
            }
        }
        return catalog.describe(table);
    }

    private void renew(FollowedTable table, Described described) {
        List<String> key = TableKey.of(table.id(), described, table.table().settings());
        table.changeLayout(
                TableLayout.of(table.frame(), described.columns(), described.structure(), key, charsets), List.of());
    }

    private TableLayout layout(FollowedTable table, List<MySqlColumn> now, Optional<Described> catalog) {
        List<String> key = table.layout().key().stream()
                .map(name -> renamed(table.id(), name))
                .toList();
        List<String> missing = key.stream()
                .filter(name -> now.stream().noneMatch(column -> column.name().equals(name)))
                .toList();
        if (!missing.isEmpty()) {
            throw new UnreadableTableException("The key of " + table.id() + " has lost its columns " + missing + ".");
        }
        List<Column> known = catalog.map(Described::structure).orElse(List.of());
        List<MySqlColumn> described = catalog.map(Described::columns).orElse(List.of());
        List<MySqlColumn> columns = new ArrayList<>();
        for (MySqlColumn column : now) {
            // MariaDB's own types are bytes in the binlog.
            columns.add(described.stream()
                    .filter(one -> one.name().equals(column.name())
                            && one.nullable() == column.nullable()
                            && one.type().carrier().equals(column.type()))
                    .findFirst()
                    .orElse(column));
        }
        return TableLayout.of(table.frame(), columns, known, key, charsets);
    }

    private List<SchemaChange> changes(TableId table, TableLayout before, TableLayout next) {
        List<SchemaChange> changes = new ArrayList<>();
        Map<String, Column> old = new HashMap<>();
        for (Column column : before.structure().columns()) {
            String name = renamed(table, column.name());
            old.put(name, column);
            if (next.structure().column(name).isEmpty()) {
                changes.add(new SchemaChange.Drop(column.name()));
            } else if (!name.equals(column.name())) {
                changes.add(new SchemaChange.Rename(column.name(), name));
            }
        }
        for (Column column : next.structure().columns()) {
            Column previous = old.get(column.name());
            if (previous == null) {
                changes.add(new SchemaChange.Add(filled(column, next)));
            } else if (!previous.type().equals(column.type()) || previous.nullable() != column.nullable()) {
                changes.add(new SchemaChange.Type(column));
            }
        }
        statements.remove(table);
        return changes;
    }

    /** A column that takes no NULL fills the rows that are there, also without a default. */
    static Column filled(Column column, TableLayout layout) {
        if (column.nullable() || !column.defaultExpression().isEmpty()) {
            return column;
        }
        String filling = layout.column(column.name()).orElseThrow().type().implicitDefault();
        return new Column(
                column.name(),
                column.type(),
                column.nullable(),
                filling,
                column.identity(),
                column.generatedExpression(),
                column.collation(),
                column.comment());
    }

    private String renamed(TableId table, String name) {
        String current = name;
        for (DdlStatement statement : statements.getOrDefault(table, List.of())) {
            for (Renamed pair : statement.renamedColumns(table)) {
                if (pair.from().equalsIgnoreCase(current)) {
                    current = pair.to();
                    break;
                }
            }
        }
        return current;
    }
}
