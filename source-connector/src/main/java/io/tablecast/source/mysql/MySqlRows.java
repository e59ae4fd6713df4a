// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import io.tablecast.source.config.MySqlSettings;
import io.tablecast.source.postgres.OpenConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
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
        if (!chosen.firstKeys().isEmpty()) {
            where = where.and(firstKey(layout.key().get(0), chosen.firstKeys()));
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

    private static Clause firstKey(String name, List<Long> values) {
        StringJoiner marks = new StringJoiner(", ", Identifiers.quote(name) + " IN (", ")");
        values.forEach(value -> marks.add("?"));
        return new Clause(
                marks.toString(),
                values.stream()
                        .<Clause.Value>map(value -> (query, parameter) -> query.setLong(parameter, value))
                        .toList());
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
     * @param firstKeys values of the first key column, a whole number; none for all
     */
    public record Chosen(Optional<String> from, Optional<String> to, Optional<String> last, List<Long> firstKeys) {
        public Chosen {
            firstKeys = List.copyOf(firstKeys);
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
