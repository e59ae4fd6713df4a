// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import io.tablecast.source.config.MySqlSettings;
import io.tablecast.source.mysql.MySqlCatalog.Described;
import io.tablecast.source.postgres.OpenConnections;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** Reads a table's rows as records hold them, for those who compare them. Used by one thread. */
public final class MySqlRows implements AutoCloseable {

    private final BinlogTable table;
    private final MySqlSettings settings;
    private final OpenConnections connections;
    private final Connection connection;
    private final MySqlServer server;

    /** Opens a connection, which {@link #close} ends. */
    public MySqlRows(MySqlSettings settings, BinlogTable table) throws SQLException {
        this.table = table;
        this.settings = settings;
        MySqlConnections opening = new MySqlConnections(settings.connection());
        this.connections = new OpenConnections(opening::open, opening.target());
        this.connection = connections.open();
        try {
            this.server = MySqlServer.read(connection);
        } catch (SQLException e) {
            close();
            throw e;
        }
    }

    /** What rows look like now; empty when there is no such table. */
    public Optional<Shape> shape() throws SQLException {
        Optional<Shape> shape = open().map(opened -> new Shape(
                opened.layout().structure(), opened.layout().envelopes().rowSchema()));
        end();
        return shape;
    }

    /**
     * Reads the rows that the table's settings choose, in one transaction and in no order.
     *
     * @param chosen which of them
     */
    public void read(Chosen chosen, Handler handler) throws SQLException, InterruptedException {
        TableId id = table.partition().table();
        OpenedTable opened =
                open().orElseThrow(() -> new SQLException("There is no table " + id + " at the source any more."));
        TableLayout layout = opened.layout();
        Clause where = Clause.ofUser(table.settings().condition());
        if (!chosen.isWhole()) {
            where = where.and(within(chosen, MySqlControl.find(id, table.settings(), opened.described())));
        }
        if (!chosen.columns().isEmpty()) {
            where = where.and(sought(chosen, opened.described()));
        }
        new RowStream(connections)
                .read(
                        connection,
                        "SELECT " + layout.selectList() + " FROM " + layout.quotedName() + " WHERE " + where.text(),
                        where,
                        row -> handler.row(layout.row(row)));
        end();
    }

    @Override
    public void close() {
        connections.close(connection);
    }

    private Optional<OpenedTable> open() throws SQLException {
        return OpenedTable.open(connection, server, table, settings, Clock.systemUTC());
    }

    private void end() throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("ROLLBACK");
        }
    }

    private static Clause within(Chosen chosen, MySqlControl control) {
        Clause within = Clause.of("TRUE");
        if (chosen.from().isPresent()) {
            within = within.and(Clause.of(
                    control.quoted() + " >= ?", control.value(chosen.from().get())));
        }
        if (chosen.to().isPresent()) {
            within = within.and(Clause.of(
                    control.quoted() + " < ?", control.value(chosen.to().get())));
        }
        if (chosen.last().isPresent()) {
            within = within.and(Clause.of(
                    control.quoted() + " <= ?", control.value(chosen.last().get())));
        }
        return within;
    }

    private static Clause sought(Chosen chosen, Described described) {
        StringJoiner rows = new StringJoiner(" OR ", "(", ")");
        List<Clause.Value> values = new ArrayList<>();
        for (List<Object> row : chosen.rows()) {
            Clause clause = Clause.of("TRUE");
            for (int i = 0; i < chosen.columns().size(); i++) {
                clause = clause.and(is(chosen.columns().get(i), row.get(i), described));
            }
            rows.add(clause.text());
            values.addAll(clause.values());
        }
        return new Clause(rows.toString(), values);
    }

    private static Clause is(String name, Object value, Described described) {
        String column = Identifiers.quote(name);
        if (value == null) {
            return Clause.of(column + " IS NULL");
        }
        if (value instanceof BigDecimal number) {
            return Clause.of(column + " = ?", (query, parameter) -> query.setBigDecimal(parameter, number));
        }
        if (value instanceof byte[] bytes) {
            return Clause.of(column + " = ?", (query, parameter) -> query.setBytes(parameter, bytes));
        }
        String text = (String) value;
        if (!isComparable(name, text, described)) {
            return Clause.of("TRUE");
        }
        return Clause.of(column + " = ?", (query, parameter) -> query.setString(parameter, text));
    }

    /** Servers refuse to compare a column with a text that its character set may not have. */
    private static boolean isComparable(String name, String text, Described described) {
        return US_ASCII.newEncoder().canEncode(text)
                || described.columns().stream()
                        .anyMatch(column -> column.name().equals(name)
                                && column.type().charset().equals("utf8mb4"));
    }

    /**
     * What rows look like.
     *
     * @param schema of rows in records
     */
    public record Shape(TableStructure structure, Schema schema) {

        /** The names of the key columns, none without a key. */
        public List<String> key() {
            return structure.key();
        }
    }

    /**
     * Which rows are read.
     *
     * @param from the least control value
     * @param to greater than all control values
     * @param last the greatest control value
     * @param columns by whose values single rows are chosen, none for all; numbers, texts and bytes can be asked for
     * @param rows for each such row its values of the columns: BigDecimal, String, byte[], or null; rows of like texts
     *     are read too
     */
    public record Chosen(
            Optional<String> from,
            Optional<String> to,
            Optional<String> last,
            List<String> columns,
            List<List<Object>> rows) {
        public Chosen {
            columns = List.copyOf(columns);
            rows = List.copyOf(rows);
        }

        private boolean isWhole() {
            return from.isEmpty() && to.isEmpty() && last.isEmpty();
        }
    }

    /** Takes the rows. */
    @FunctionalInterface
    public interface Handler {
        void row(Struct row) throws InterruptedException;
    }
}
