// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.MySqlCatalog.Described;
import io.tablecast.source.mysql.binlog.TableMap;
import io.tablecast.source.mysql.binlog.UnreadableTableException;
import io.tablecast.source.mysql.type.MySqlColumn;
import io.tablecast.source.mysql.type.MySqlType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
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

    private final Connection connection;
    private final MySqlServer server;
    private final Charsets charsets;
    private final Set<TableId> untold;

    /** @param untold the tables whose columns the binlog does not tell, as far as is known */
    LayoutChanges(Connection connection, MySqlServer server, Charsets charsets, Set<TableId> untold) {
        this.connection = connection;
        this.server = server;
        this.charsets = charsets;
        this.untold = new HashSet<>(untold);
    }

    /** Compares the table with how it is described now. */
    Outcome follow(FollowedTable table, TableMap map) throws SQLException {
        Optional<List<MySqlColumn>> told = map.columns(charsets.collations(), charsets::decoder);
        if (told.isEmpty()) {
            untold.add(table.id());
            return known(table, map);
        }
        untold.remove(table.id());
        List<MySqlColumn> now = told.get();
        AlteredColumns since = table.altered().orElse(AlteredColumns.WITHOUT_NAMES);
        if (table.layout().reads(now)) {
            if (table.altered().isPresent()) {
                table.told();
            }
            // Columns may have been renamed and others added under the old names, or the layout had it all before.
            return since.names().isEmpty() ? Outcome.SAME : Outcome.DOUBTFUL;
        }
        AlteredColumns believed =
                since.believed(now.stream().map(MySqlColumn::name).collect(Collectors.toSet()));
        Optional<Described> catalog = new MySqlCatalog(connection, server).describe(table.id());
        Outcome outcome = change(table, layout(table, now, catalog, believed), believed);
        return believed.equals(since) ? outcome : Outcome.DOUBTFUL;
    }

    private Outcome known(FollowedTable table, TableMap map) {
        if (table.altered().isPresent()) {
            return Outcome.UNKNOWN;
        }
        if (!map.fits(table.layout().columns(), charsets.collations(), charsets::decoder)) {
            throw unnamed(table);
        }
        return Outcome.SAME;
    }

    /** Nobody knows which columns the rows that come next are of. */
    static UnreadableTableException unnamed(FollowedTable table) {
        return new UnreadableTableException("The binlog does not name the columns of " + table.id()
                + ", which were altered since they were known. Set binlog_row_metadata=FULL at the server, also in"
                + " its configuration, and delete the table's offset.");
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
        TableLook look = TableLook.at(connection, server, table.id());
        look.described().ifPresent(described -> renew(table, described));
        table.moveTo(look.place(), Optional.empty());
        return look.described().isPresent();
    }

    /** The table looks as the catalog tells, and no event will tell it: CHANGED, or FILLED. */
    Outcome adopt(FollowedTable table, Described catalog) {
        AlteredColumns since = table.altered().orElse(AlteredColumns.WITHOUT_NAMES);
        return change(table, layout(table, catalog.columns(), Optional.of(catalog), since), since);
    }

    private Outcome change(FollowedTable table, TableLayout next, AlteredColumns since) {
        List<SchemaChange> changes = changes(table, next, since);
        LOG.info("The columns of {} have changed: {}", table.id(), changes);
        boolean isTold = changes.stream().allMatch(change -> isTold(change, table.layout(), next, since));
        table.changeLayout(next, changes);
        return isTold ? Outcome.CHANGED : Outcome.FILLED;
    }

    /** Whether a change tells which values it has given to rows that nobody has written since. */
    private static boolean isTold(SchemaChange change, TableLayout before, TableLayout next, AlteredColumns since) {
        if (change instanceof SchemaChange.Add add) {
            return next.structure()
                    .column(add.column().name())
                    .filter(KeptValues::hasOneValue)
                    .isPresent();
        }
        if (change instanceof SchemaChange.Type type) {
            String name = type.column().name();
            MySqlType now = next.column(name).orElseThrow().type();
            return before.columns().stream()
                    .filter(column -> since.name(column.name()).equals(name))
                    .allMatch(column -> KeptValues.areSame(column.type(), now));
        }
        return true;
    }

    /** Whether the catalog shows another key than rows are sent with. */
    boolean hasOtherKey(FollowedTable table) throws SQLException {
        Optional<Described> catalog = TableLook.settled(new MySqlCatalog(connection, server), table.id());
        return catalog.isPresent()
                && !TableKey.of(table.id(), catalog.get(), table.table().settings())
                        .equals(table.layout().key());
    }

    /** Another table stands in the place of this one: it looks as the catalog tells. False when it is not there. */
    boolean renew(FollowedTable table) throws SQLException {
        Optional<Described> catalog = TableLook.settled(new MySqlCatalog(connection, server), table.id());
        catalog.ifPresent(described -> renew(table, described));
        return catalog.isPresent();
    }

    private void renew(FollowedTable table, Described described) {
        table.changeLayout(TableLayout.of(table.frame(), described, charsets), List.of());
    }

    private TableLayout layout(
            FollowedTable table, List<MySqlColumn> now, Optional<Described> catalog, AlteredColumns since) {
        List<String> key = table.layout().key().stream().map(since::name).toList();
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

    private static List<SchemaChange> changes(FollowedTable table, TableLayout next, AlteredColumns since) {
        List<SchemaChange> changes = new ArrayList<>();
        Map<String, Column> old = new HashMap<>();
        for (Column column : table.layout().structure().columns()) {
            if (since.isReplaced(column.name())
                    || next.structure().column(since.name(column.name())).isEmpty()) {
                changes.add(new SchemaChange.Drop(column.name()));
            } else {
                old.put(since.name(column.name()), column);
            }
        }
        since.renames().stream()
                .filter(rename -> old.containsKey(rename.to())
                        && old.get(rename.to()).name().equals(rename.from()))
                .forEach(changes::add);
        for (Column column : next.structure().columns()) {
            Column previous = old.get(column.name());
            if (previous == null) {
                changes.add(new SchemaChange.Add(filled(column, next)));
            } else if (!previous.type().equals(column.type()) || previous.nullable() != column.nullable()) {
                changes.add(new SchemaChange.Type(column));
            }
        }
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

    /** What a description of a table has told. */
    enum Outcome {
        SAME,
        CHANGED,
        /** The columns have changed, and rows hold values of which nothing tells. */
        FILLED,
        /** It contradicts what statements seemed to have made of the columns: nobody knows what their rows hold now. */
        DOUBTFUL,
        /** It tells nothing, and a statement has altered the table. */
        UNKNOWN
    }
}
