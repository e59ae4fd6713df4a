// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.ForeignKey;
import io.tablecast.contract.table.Identity;
import io.tablecast.contract.table.Index;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.TableFilter;
import io.tablecast.source.mysql.type.MySqlColumn;
import io.tablecast.source.mysql.type.MySqlType;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Reads the catalog. Used by one thread. */
public final class MySqlCatalog {

    private static final String TABLES = """
            SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES
            WHERE TABLE_TYPE = 'BASE TABLE'
              AND TABLE_SCHEMA NOT IN ('mysql', 'sys', 'performance_schema', 'information_schema')
            ORDER BY 1, 2
            """;

    private static final String COLUMNS = """
            SELECT COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, EXTRA, CHARACTER_SET_NAME, COLUMN_COMMENT, COLUMN_DEFAULT,
                   GENERATION_EXPRESSION
            FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ? ORDER BY ORDINAL_POSITION
            """;

    private static final String INDEXES = """
            SELECT INDEX_NAME, NON_UNIQUE, COLUMN_NAME, SUB_PART
            FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?
            ORDER BY INDEX_NAME, SEQ_IN_INDEX
            """;

    private static final String CASCADES = """
            SELECT CONSTRAINT_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS
            WHERE CONSTRAINT_SCHEMA = ? AND TABLE_NAME = ?
              AND (DELETE_RULE NOT IN ('RESTRICT', 'NO ACTION') OR UPDATE_RULE NOT IN ('RESTRICT', 'NO ACTION'))
            ORDER BY 1
            """;

    private static final String FOREIGN_KEYS = """
            SELECT k.CONSTRAINT_NAME, k.COLUMN_NAME, k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME,
                   k.REFERENCED_COLUMN_NAME, r.DELETE_RULE, r.UPDATE_RULE
            FROM information_schema.KEY_COLUMN_USAGE AS k
            JOIN information_schema.REFERENTIAL_CONSTRAINTS AS r
                ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.TABLE_NAME = k.TABLE_NAME
                AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME
            WHERE k.TABLE_SCHEMA = ? AND k.TABLE_NAME = ? AND k.REFERENCED_TABLE_NAME IS NOT NULL
            ORDER BY 1, k.ORDINAL_POSITION
            """;

    private final Connection connection;
    private final boolean isMariaDb;

    public MySqlCatalog(Connection connection, MySqlServer server) {
        this.connection = connection;
        this.isMariaDb = server.isMariaDb();
    }

    /** The tables that are to be captured. */
    public List<TableId> tables(TableFilter filter) throws SQLException {
        List<TableId> tables = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(TABLES)) {
            while (rows.next()) {
                TableId table = new TableId(rows.getString(1), rows.getString(2));
                if (filter.includes(table)) {
                    tables.add(table);
                }
            }
        }
        return tables;
    }

    /**
     * A table's columns and indexes; empty when there is no such table.
     *
     * @throws IllegalArgumentException when a column's type is not known
     */
    public Optional<Described> describe(TableId table) throws SQLException {
        List<MySqlColumn> columns = new ArrayList<>();
        List<Column> structure = new ArrayList<>();
        forEachColumn(table, row -> {
            MySqlColumn column = column(row);
            columns.add(column);
            structure.add(structure(column, row));
        });
        return columns.isEmpty() ? Optional.empty() : Optional.of(new Described(columns, structure, indexes(table)));
    }

    /** A table's columns alone; none when there is no such table. */
    List<MySqlColumn> columns(TableId table) throws SQLException {
        List<MySqlColumn> columns = new ArrayList<>();
        forEachColumn(table, row -> columns.add(column(row)));
        return columns;
    }

    private void forEachColumn(TableId table, RowReader reader) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(COLUMNS)) {
            query.setString(1, table.schema());
            query.setString(2, table.name());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    reader.read(rows);
                }
            }
        }
    }

    /** Takes the current row of a query. */
    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    /** The foreign keys by which the server itself changes rows of a table. */
    public List<String> cascades(TableId table) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(CASCADES)) {
            query.setString(1, table.schema());
            query.setString(2, table.name());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    names.add(rows.getString(1));
                }
            }
        }
        return names;
    }

    /** A table's foreign keys, in the order of their names. */
    public List<ForeignKey> foreignKeys(TableId table) throws SQLException {
        Map<String, ForeignKey> keys = new LinkedHashMap<>();
        try (PreparedStatement query = connection.prepareStatement(FOREIGN_KEYS)) {
            query.setString(1, table.schema());
            query.setString(2, table.name());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    keys.merge(
                            rows.getString(1),
                            new ForeignKey(
                                    rows.getString(1),
                                    List.of(rows.getString(2)),
                                    new TableId(rows.getString(3), rows.getString(4)),
                                    List.of(rows.getString(5)),
                                    rows.getString(6),
                                    rows.getString(7)),
                            MySqlCatalog::joined);
                }
            }
        }
        return List.copyOf(keys.values());
    }

    private static ForeignKey joined(ForeignKey key, ForeignKey next) {
        List<String> columns = new ArrayList<>(key.columns());
        columns.addAll(next.columns());
        List<String> referenced = new ArrayList<>(key.referencedColumns());
        referenced.addAll(next.referencedColumns());
        return new ForeignKey(key.name(), columns, key.referenced(), referenced, key.onDelete(), key.onUpdate());
    }

    /** Why the server refuses a condition on a table; empty when it does not, or when there is none. */
    public Optional<String> conditionFault(TableId table, String condition) throws SQLException {
        if (condition.isEmpty()) {
            return Optional.empty();
        }
        String query = "SELECT 1 FROM " + Identifiers.quote(table) + " WHERE (" + condition + "\n) LIMIT 0";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.executeQuery().close();
            return Optional.empty();
        } catch (SQLException e) {
            if (String.valueOf(e.getSQLState()).startsWith("08")) {
                throw e;
            }
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** About how many rows a table has. */
    public long estimatedRows(TableId table) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT TABLE_ROWS FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?")) {
            query.setString(1, table.schema());
            query.setString(2, table.name());
            try (ResultSet rows = query.executeQuery()) {
                return rows.next() ? rows.getLong(1) : 0;
            }
        }
    }

    /** What stores a table, for example InnoDB; empty when there is no such table. */
    public String engine(TableId table) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT ENGINE FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?")) {
            query.setString(1, table.schema());
            query.setString(2, table.name());
            try (ResultSet rows = query.executeQuery()) {
                String engine = rows.next() ? rows.getString(1) : null;
                return engine == null ? "" : engine;
            }
        }
    }

    /**
     * Makes sure that a table can be queried. Within a transaction its columns then stay as they are until the end, and no
     * row has been looked at yet.
     */
    public void open(TableId table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("SELECT 1 FROM " + Identifiers.quote(table) + " LIMIT 0")) {
            none.next();
        }
    }

    private static MySqlColumn column(ResultSet row) throws SQLException {
        String charset = row.getString(5);
        return new MySqlColumn(
                row.getString(1),
                MySqlType.parse(row.getString(2), charset == null ? "" : charset),
                row.getString(3).equals("YES"));
    }

    private Column structure(MySqlColumn column, ResultSet row) throws SQLException {
        String extra = row.getString(4).toLowerCase(Locale.ROOT);
        String comment = row.getString(6);
        String generated = row.getString(8);
        return new Column(
                column.name(),
                column.type().name(),
                column.nullable(),
                defaultExpression(column, row.getString(7), extra),
                extra.contains("auto_increment") ? Identity.BY_DEFAULT : Identity.NONE,
                generated,
                "",
                comment);
    }

    /** The default as SQL; MySQL's catalog shows constants without their quotes. */
    private String defaultExpression(MySqlColumn column, String shown, String extra) {
        if (shown == null || shown.equals("NULL")) {
            return "";
        }
        boolean isConstant = !isMariaDb && !extra.contains("default_generated") && !shown.startsWith("b'");
        return isConstant && !column.type().isNumber() ? "'" + shown.replace("'", "''") + "'" : shown;
    }

    private List<Index> indexes(TableId table) throws SQLException {
        Map<String, List<String>> columns = new LinkedHashMap<>();
        Map<String, Index.Kind> kinds = new LinkedHashMap<>();
        List<String> partial = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(INDEXES)) {
            query.setString(1, table.schema());
            query.setString(2, table.name());
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    String name = rows.getString(1);
                    String column = rows.getString(3);
                    kinds.put(name, kind(name, rows.getInt(2)));
                    columns.computeIfAbsent(name, ignored -> new ArrayList<>());
                    if (column == null || rows.getString(4) != null) {
                        // On an expression, or on the beginning of a column only.
                        partial.add(name);
                    } else {
                        columns.get(name).add(column);
                    }
                }
            }
        }
        List<Index> indexes = new ArrayList<>();
        columns.forEach((name, ofIndex) -> {
            if (!partial.contains(name)) {
                indexes.add(new Index(name, kinds.get(name), false, false, ofIndex, ofIndex, ""));
            }
        });
        return indexes;
    }

    private static Index.Kind kind(String name, int nonUnique) {
        if (name.equals("PRIMARY")) {
            return Index.Kind.PRIMARY;
        }
        return nonUnique == 0 ? Index.Kind.UNIQUE : Index.Kind.PLAIN;
    }

    /**
     * What the catalog tells of a table.
     *
     * @param columns as values need them
     * @param structure the same columns as a destination needs them
     * @param indexes those on whole columns
     */
    public record Described(List<MySqlColumn> columns, List<Column> structure, List<Index> indexes) {
        public Described {
            columns = List.copyOf(columns);
            structure = List.copyOf(structure);
            indexes = List.copyOf(indexes);
        }
    }
}
