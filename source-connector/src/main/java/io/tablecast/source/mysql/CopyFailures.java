// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.MySqlCatalog.Described;
import io.tablecast.source.mysql.binlog.BinlogPosition;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What becomes of a copy whose rows cannot be read. Used by one thread. */
final class CopyFailures {

    private static final Logger LOG = LoggerFactory.getLogger(CopyFailures.class);
    private static final Pattern FAULTS_OF_TABLES = Pattern.compile("(22|42)...");

    private final Connection connection;
    private final MySqlServer server;
    private final LayoutChanges layouts;
    private final TableStops stops;

    /** Where the binlog ended when a table was found to look different from what the stream has told. */
    private final Map<TableId, BinlogPosition> awaited = new HashMap<>();

    CopyFailures(Connection connection, MySqlServer server, LayoutChanges layouts, TableStops stops) {
        this.connection = connection;
        this.server = server;
        this.layouts = layouts;
        this.stops = stops;
    }

    /** Whether a failure concerns the table alone, and not the connection. */
    static boolean isOfTable(SQLException failure) {
        return FAULTS_OF_TABLES.matcher(String.valueOf(failure.getSQLState())).matches();
    }

    /** Decides; false when the stream has to come further before the copy can be tried again. */
    boolean handle(FollowedTable table, TableCopy copy, StreamPosition stream, Exception failure)
            throws SQLException, InterruptedException {
        Optional<Described> catalog = new MySqlCatalog(connection, server).describe(table.id());
        if (catalog.isEmpty()) {
            LOG.warn("{} went away while it was copied; it is copied when a table of that name is there", table.id());
            table.gone();
            return true;
        }
        if (table.layout().reads(catalog.get().columns())) {
            stops.stop(table, "its rows cannot be copied: " + failure.getMessage() + ".");
            return true;
        }
        // The table was altered; the stream tells when it comes there, unless no row is written behind.
        BinlogPosition end = awaited.get(table.id());
        if (end == null) {
            awaited.put(table.id(), server.end(connection));
            return false;
        }
        if (!stream.hasReached(end)) {
            return false;
        }
        awaited.remove(table.id());
        layouts.adopt(table, catalog.get());
        copy.forgetChunk();
        return true;
    }
}
