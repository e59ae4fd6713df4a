// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import io.tablecast.contract.table.TableId;
import io.tablecast.contract.type.CopyBuffer;
import io.tablecast.sink.postgres.Identifiers;
import io.tablecast.sink.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/**
 * The temporary tables of one connection that rows are copied into. Each is made once for the columns of its rows and is
 * emptied by every COMMIT. Not thread-safe.
 */
final class Staging {

    private final Connection connection;
    private final CopyManager copyManager;
    private final CopyBuffer buffer = new CopyBuffer();
    private final Map<Shape, String> tables = new HashMap<>();
    private final List<Shape> uncommitted = new ArrayList<>();
    private final Set<String> filled = new HashSet<>();
    private int made;

    Staging(Connection connection) throws SQLException {
        this.connection = connection;
        this.copyManager = connection.unwrap(PGConnection.class).getCopyAPI();
    }

    /** For which rows a table is: two destinations never share one, since both may be filled in one transaction. */
    private record Shape(TableId destination, String purpose, List<String> types) {}

    /** Columns of staging tables are numbered. */
    static String column(int number) {
        return "c" + number;
    }

    /** An empty table for rows of that shape, quoted; it is made if it is not there yet. */
    String table(TableId destination, String purpose, List<StagedColumn> columns) throws SQLException {
        Shape shape = new Shape(
                destination,
                purpose,
                columns.stream().map(column -> column.writer().stagingType()).toList());
        String known = tables.get(shape);
        if (known != null) {
            empty(known);
            return known;
        }
        String table = "pg_temp." + Identifiers.quote("tablecast_stage_" + ++made);
        create(table, shape.types());
        tables.put(shape, table);
        uncommitted.add(shape);
        return table;
    }

    /** Starts to copy rows into a table with columns of that order; one stream at a time. */
    RowStream into(String table) throws SQLException {
        filled.add(table);
        return stream(table);
    }

    /** Starts to copy rows into some columns of a table. */
    RowStream into(String table, List<StagedColumn> columns) throws SQLException {
        return stream(table
                + columns.stream()
                        .map(StagedColumn::quotedName)
                        .collect(java.util.stream.Collectors.joining(", ", " (", ")")));
    }

    private RowStream stream(String target) throws SQLException {
        return new RowStream(copyManager.copyIn("COPY " + target + " FROM STDIN (FORMAT binary)"), buffer);
    }

    /** What was made in this transaction is there to stay, and all tables are empty. */
    void committed() {
        uncommitted.clear();
        filled.clear();
    }

    /** How many tables were made in this transaction, to be told {@link #rolledBackTo} later. */
    int mark() {
        return uncommitted.size();
    }

    /** What was made since the mark is gone. */
    void rolledBackTo(int mark) {
        List<Shape> gone = uncommitted.subList(mark, uncommitted.size());
        gone.forEach(tables::remove);
        gone.clear();
    }

    // COMMIT empties them for nearly nothing; within a transaction TRUNCATE writes to the catalog, which is rarely
    // needed.
    private void empty(String table) throws SQLException {
        if (filled.contains(table)) {
            Sql.execute(connection, "TRUNCATE TABLE " + table);
        }
    }

    private void create(String table, List<String> types) throws SQLException {
        StringBuilder sql = new StringBuilder("CREATE TEMPORARY TABLE " + table + " (");
        for (int i = 0; i < types.size(); i++) {
            sql.append(i == 0 ? "" : ", ").append(column(i)).append(' ').append(types.get(i));
        }
        sql.append(") ON COMMIT DELETE ROWS");
        Sql.execute(connection, sql.toString());
    }
}
