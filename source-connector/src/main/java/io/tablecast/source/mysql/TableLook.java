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
import java.util.Optional;

/**
 * What the catalog tells of a table, and a place in the binlog at which it was so.
 *
 * @param described empty when the table was not there
 */
record TableLook(Optional<Described> described, BinlogPosition place) {

    private static final int LOOKS = 10;

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

    /**
     * What the catalog tells of a table when statements that stand in the binlog are over. A server writes them there first,
     * and keeps the lock of the table's name until the catalog shows them too.
     */
    static Optional<Described> settled(MySqlCatalog catalog, TableId table) throws SQLException {
        try {
            catalog.open(table);
        } catch (SQLException e) {
            if (!CopyFailures.isOfTable(e)) {
                throw e;
            }
        }
        return catalog.describe(table);
    }
}
