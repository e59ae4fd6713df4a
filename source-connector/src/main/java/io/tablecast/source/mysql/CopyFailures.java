// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.mysql.LayoutChanges.Outcome;
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

    /** Tables that were found to look different from what the stream has told. */
    private final Map<TableId, Awaited> awaited = new HashMap<>();

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

    /** Whether nothing can be read of a table before the stream has come further. */
    boolean waitsForStream(FollowedTable table, StreamPosition stream) {
        Awaited seen = awaited.get(table.id());
        return seen != null && !stream.hasReached(seen.end());
    }

    /** Rows were read of a table: it looks as the stream has told. */
    void hasRead(FollowedTable table) {
        awaited.remove(table.id());
    }

    /** Decides; false when the stream has to come further before the copy can be tried again. */
    boolean handle(FollowedTable table, TableCopy copy, StreamPosition stream, Exception failure)
            throws SQLException, InterruptedException {
        Optional<String> missing = MySqlFailures.missingGrant(failure, table.id());
        if (missing.isPresent()) {
            stops.stop(table, missing.get());
            return true;
        }
        Optional<Described> catalog = new MySqlCatalog(connection, server).describe(table.id());
        if (catalog.isEmpty()) {
            LOG.warn("{} went away while it was copied; it is copied when a table of that name is there", table.id());
            table.gone();
            return true;
        }
        if (table.layout().reads(catalog.get().columns())) {
            if (failure instanceof OtherColumnsException) {
                copy.forgetChunk();
                return true;
            }
            stops.stop(table, "its rows cannot be copied: " + failure.getMessage() + ".");
            return true;
        }
        // The table was altered; the stream tells when it comes there, unless no row is written behind.
        Awaited seen = awaited.get(table.id());
        if (seen == null || !seen.catalog().equals(catalog.get())) {
            awaited.put(table.id(), new Awaited(server.end(connection), catalog.get()));
            return false;
        }
        if (!stream.hasReached(seen.end())) {
            return false;
        }
        awaited.remove(table.id());
        if (layouts.adopt(table, catalog.get()) == Outcome.FILLED) {
            table.startCopy();
        }
        copy.forgetChunk();
        return true;
    }

    /**
     * What a table was found to look like.
     *
     * @param end where the binlog ended then
     */
    private record Awaited(BinlogPosition end, Described catalog) {
        Awaited {
            requireNonNull(end, "end is null");
            requireNonNull(catalog, "catalog is null");
        }
    }
}
