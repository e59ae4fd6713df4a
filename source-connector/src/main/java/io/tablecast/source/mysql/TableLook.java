// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.MySqlCatalog.Described;
import io.tablecast.source.mysql.binlog.BinlogPosition;
import io.tablecast.source.mysql.binlog.UnreadableTableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * What the catalog tells of a table, and a place in the binlog at which it was so.
 *
 * @param described empty when the table was not there
 */
record TableLook(Optional<Described> described, BinlogPosition place) {

    private static final int LOOKS = 10;
    private static final int LOCK_WAIT_TIMEOUT = 1205;
    private static final int TABLESPACE_DISCARDED = 1814;

    TableLook {
        requireNonNull(described, "described is null");
        requireNonNull(place, "place is null");
    }

    /**
     * Looks at a table before and after asking for the end of the binlog.
     *
     * @throws UnreadableTableException when it is another one each time
     */
    static TableLook at(Connection connection, MySqlServer server, TableId table) throws SQLException {
        MySqlCatalog catalog = new MySqlCatalog(connection, server);
        Optional<Described> before = settled(catalog, table);
        for (int looks = 0; looks < LOOKS; looks++) {
            BinlogPosition place = server.beginning(connection);
            Optional<Described> after = settled(catalog, table);
            if (before.equals(after)) {
                return new TableLook(after, place);
            }
            before = after;
        }
        throw new UnreadableTableException("The columns of " + table + " were altered at each of " + LOOKS
                + " looks, so that none tells how its rows look at a place of the binlog. Let its alterations come to an"
                + " end.");
    }

    /** Lets what follows at the connection wait for nobody's lock of a table's name for long: other tables wait meanwhile. */
    static void waitBriefly(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET SESSION lock_wait_timeout = 2");
        }
    }

    /** Whether somebody else had the table locked for longer than that, or has taken its file away for a while. */
    static boolean isLocked(SQLException failure) {
        return failure.getErrorCode() == LOCK_WAIT_TIMEOUT || failure.getErrorCode() == TABLESPACE_DISCARDED;
    }

    /**
     * What the catalog tells of a table when statements that stand in the binlog are over. A server writes them there first,
     * and keeps the lock of the table's name until the catalog shows them too.
     *
     * @throws UnreadableTableException when the user may not read the table any more, which therefore is not gone
     */
    static Optional<Described> settled(MySqlCatalog catalog, TableId table) throws SQLException {
        try {
            catalog.open(table);
        } catch (SQLException e) {
            Optional<String> missing = MySqlFailures.missingGrant(e, table);
            if (missing.isPresent()) {
                throw new UnreadableTableException(missing.get());
            }
            if (!CopyFailures.isOfTable(e)) {
                throw e;
            }
        }
        return catalog.describe(table);
    }
}
