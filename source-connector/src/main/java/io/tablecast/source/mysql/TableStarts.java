// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.BinlogOffset;
import io.tablecast.contract.offset.BinlogOffset.Copy;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.KeyChoice;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.MySqlSettings;
import io.tablecast.source.config.SnapshotMode;
import io.tablecast.source.mysql.MySqlCatalog.Described;
import io.tablecast.source.mysql.binlog.BinlogPosition;
import io.tablecast.source.mysql.binlog.GtidSet;
import io.tablecast.source.reading.Heartbeats;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.connect.errors.ConnectException;

/** Where tables begin: behind what is stored for them, or with a copy. */
final class TableStarts {

    private final List<BinlogTable> tables;
    private final MySqlSettings settings;
    private final MySqlConnections connections;
    private final Heartbeats heartbeats;
    private final Clock clock;

    TableStarts(
            List<BinlogTable> tables,
            MySqlSettings settings,
            MySqlConnections connections,
            Heartbeats heartbeats,
            Clock clock) {
        this.tables = tables;
        this.settings = settings;
        this.connections = connections;
        this.heartbeats = heartbeats;
        this.clock = clock;
    }

    /**
     * Adds the tables that are not there yet, and checks for all that they can be followed from where they are.
     *
     * @throws ConnectException when one cannot
     */
    void prepare(Connection connection, MySqlServer server, Charsets charsets, Map<TableId, FollowedTable> followed)
            throws SQLException, InterruptedException {
        BinlogPosition beginning = server.beginning(connection);
        for (BinlogTable table : tables) {
            TableId id = table.partition().table();
            FollowedTable known = followed.get(id);
            if (known == null) {
                followed.put(id, first(connection, server, charsets, table, beginning));
                known = followed.get(id);
            }
            Optional<String> lost = server.whyLost(connection, known.position());
            if (lost.isPresent()) {
                throw new ConnectException("Cannot go on reading " + id + " from " + connections.target() + ": "
                        + lost.get() + ". Stop the connector, delete the table's offset, so that it is copied again,"
                        + " and resume it.");
            }
        }
    }

    private FollowedTable first(
            Connection connection, MySqlServer server, Charsets charsets, BinlogTable table, BinlogPosition beginning)
            throws SQLException, InterruptedException {
        TableId id = table.partition().table();
        Described described = new MySqlCatalog(connection, server)
                .describe(id)
                .orElseThrow(() -> new ConnectException("Cannot read " + id + " from " + connections.target()
                        + ": it does not exist, or the user must not see it. Grant SELECT on it, or restart the"
                        + " connector, so that it looks for its tables again."));
        TableFrame frame = new TableFrame(
                id,
                TableLayout.kind(server.isMariaDb()),
                table.topic(),
                settings.schemaNames(),
                settings.modes(),
                clock);
        TableLayout layout =
                TableLayout.of(frame, described.columns(), described.structure(), key(id, described), charsets);
        boolean isNew = table.offset().isEmpty();
        BinlogOffset offset = isNew ? newOffset(server, table, beginning) : BinlogOffset.of(table.offset());
        boolean hasBegun = !isNew && offset.copy().isPresent();
        FollowedTable made = new FollowedTable(
                table, frame, settings.topicPrefix(), server.uuid(), layout, offset, hasBegun, clock.instant());
        if (isNew && offset.copy().isEmpty()) {
            // Whatever happens from now on must not be lost, however long nothing does.
            heartbeats.send(table.partition(), made.offset());
        }
        return made;
    }

    private static BinlogOffset newOffset(MySqlServer server, BinlogTable table, BinlogPosition beginning) {
        Optional<Copy> copy = table.settings().snapshotMode() == SnapshotMode.INITIAL
                ? Optional.of(new Copy(UUID.randomUUID().toString(), "", 0, Copy.Stage.READING))
                : Optional.empty();
        return new BinlogOffset(server.uuid(), beginning.file(), beginning.offset(), beginning.gtids(), "", 0, copy);
    }

    static List<String> key(TableId table, Described described) {
        List<Column> columns = described.structure();
        KeyChoice choice = KeyChoice.among(columns, described.indexes());
        if (choice instanceof KeyChoice.None none) {
            throw new ConnectException("Cannot read " + table + " in mode binlog: " + none.reason()
                    + ". Add a primary key, or leave the table out by table.exclude.list.");
        }
        return choice.columns();
    }

    /** Where all tables are behind, or at. */
    static BinlogPosition earliest(MySqlServer server, Collection<FollowedTable> tables) {
        BinlogPosition start = null;
        for (FollowedTable table : tables) {
            BinlogPosition own = table.position();
            if (start == null) {
                start = own;
            } else if (server.isMariaDb()) {
                start = own.isBefore(start.file(), start.offset()) ? own : start;
            } else {
                GtidSet common = GtidSet.parse(start.gtids()).intersection(table.executed());
                start = new BinlogPosition(start.file(), start.offset(), common.toString());
            }
        }
        return start;
    }
}
