// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.MySqlSettings;
import io.tablecast.source.mysql.MySqlCatalog.Described;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A table within a transaction that sees one state of it, and until whose end its columns stay.
 *
 * @param engine what stores it, for example InnoDB
 */
record OpenedTable(Described described, TableLayout layout, Charsets charsets, String engine) {

    private static final int NO_SUCH_TABLE = 1146;
    private static final int NO_SUCH_DATABASE = 1049;
    private static final int MICROS = 6;

    OpenedTable {
        requireNonNull(described, "described is null");
        requireNonNull(layout, "layout is null");
        requireNonNull(charsets, "charsets is null");
        requireNonNull(engine, "engine is null");
    }

    /** Begins a transaction, in which no row has been looked at yet, and opens a table; empty when there is none. */
    static Optional<OpenedTable> open(
            Connection connection, MySqlServer server, BinlogTable table, MySqlSettings settings, Clock clock)
            throws SQLException {
        TableId id = table.partition().table();
        Charsets charsets = Charsets.read(connection, server.isMariaDb());
        MySqlCatalog catalog = new MySqlCatalog(connection, server);
        begin(connection);
        if (!isThere(catalog, id)) {
            return Optional.empty();
        }
        String engine = catalog.engine(id);
        return catalog.describe(id)
                .map(described -> new OpenedTable(
                        described, layout(server, charsets, table, settings, clock, described), charsets, engine));
    }

    /** Whether the transaction really sees one state of the table. */
    boolean hasSnapshots() {
        return engine.equals("InnoDB");
    }

    /** The server's clock. */
    static Instant time(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT UNIX_TIMESTAMP(NOW(6))")) {
            result.next();
            BigDecimal micros = new BigDecimal(result.getString(1)).movePointRight(MICROS);
            return Instant.EPOCH.plus(Duration.ofNanos(micros.longValue() * 1_000));
        }
    }

    private static void begin(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // A table that somebody alters must not keep a thread from the others.
            statement.execute("SET SESSION lock_wait_timeout = 5");
            statement.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ");
            statement.execute("START TRANSACTION READ ONLY");
        }
    }

    private static boolean isThere(MySqlCatalog catalog, TableId id) throws SQLException {
        try {
            catalog.open(id);
            return true;
        } catch (SQLException e) {
            if (e.getErrorCode() == NO_SUCH_TABLE || e.getErrorCode() == NO_SUCH_DATABASE) {
                return false;
            }
            throw e;
        }
    }

    private static TableLayout layout(
            MySqlServer server,
            Charsets charsets,
            BinlogTable table,
            MySqlSettings settings,
            Clock clock,
            Described described) {
        TableFrame frame = new TableFrame(
                table.partition().table(),
                TableLayout.kind(server.isMariaDb()),
                table.settings(),
                table.topic(),
                settings.schemaNames(),
                settings.modes(),
                clock);
        List<String> key = TableKey.choice(described, table.settings()).columns();
        return TableLayout.of(frame, described.columns(), described.structure(), key, charsets);
    }
}
