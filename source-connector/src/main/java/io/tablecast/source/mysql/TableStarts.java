// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.BinlogOffset;
import io.tablecast.contract.offset.BinlogOffset.Copy;
import io.tablecast.contract.offset.BinlogOffset.Prepared;
import io.tablecast.contract.table.KeyChoice;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.MySqlNoKeyPolicy;
import io.tablecast.source.config.MySqlSettings;
import io.tablecast.source.config.PurgedPolicy;
import io.tablecast.source.config.SnapshotMode;
import io.tablecast.source.mysql.MySqlCatalog.Described;
import io.tablecast.source.mysql.binlog.BinlogPosition;
import io.tablecast.source.mysql.binlog.GtidSet;
import io.tablecast.source.mysql.type.MySqlColumn;
import io.tablecast.source.reading.Heartbeats;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where tables begin: behind what is stored for them, or with a copy. */
final class TableStarts {

    private static final Logger LOG = LoggerFactory.getLogger(TableStarts.class);

    private final List<BinlogTable> tables;
    private final MySqlSettings settings;
    private final Heartbeats heartbeats;
    private final BinlogRetention retention;
    private final Clock clock;

    TableStarts(
            List<BinlogTable> tables,
            MySqlSettings settings,
            Heartbeats heartbeats,
            BinlogRetention retention,
            Clock clock) {
        this.retention = retention;
        this.tables = tables;
        this.settings = settings;
        this.heartbeats = heartbeats;
        this.clock = clock;
    }

    /** Adds the tables that are not there yet, and stops those that cannot be followed from where they are. */
    void prepare(
            Connection connection,
            MySqlServer server,
            Charsets charsets,
            Map<TableId, FollowedTable> followed,
            TableStops stops)
            throws SQLException, InterruptedException {
        BinlogPosition beginning = server.beginning(connection);
        for (BinlogTable table : tables) {
            TableId id = table.partition().table();
            if (!followed.containsKey(id)) {
                first(connection, server, charsets, table, beginning).ifPresent(added -> followed.put(id, added));
            }
            FollowedTable known = followed.get(id);
            if (known != null) {
                check(connection, server, known, beginning, stops);
            }
        }
    }

    private void check(
            Connection connection, MySqlServer server, FollowedTable table, BinlogPosition beginning, TableStops stops)
            throws SQLException, InterruptedException {
        Optional<String> lost =
                new BinlogPlaces(connection, server).whyLost(table.system(), table.position(), table.prepared());
        retention.looked(table.id(), lost.isPresent());
        if (table.isStopped()) {
            return;
        }
        if (lost.isEmpty()) {
            if (!table.system().equals(server.uuid())) {
                LOG.info("{} goes on at another server: {} instead of {}", table.id(), server.uuid(), table.system());
                table.goesOnAt(server.uuid());
            }
            return;
        }
        if (settings.purgedPolicy() == PurgedPolicy.RESNAPSHOT) {
            LOG.warn("{} is copied again (binlog.purged.policy=resnapshot): {}", table.id(), lost.get());
            table.startAgain(server.uuid(), beginning);
            retention.looked(table.id(), false);
            return;
        }
        stops.stop(table, lost.get() + ".");
    }

    private Optional<FollowedTable> first(
            Connection connection, MySqlServer server, Charsets charsets, BinlogTable table, BinlogPosition beginning)
            throws SQLException, InterruptedException {
        TableId id = table.partition().table();
        Optional<Described> catalog = new MySqlCatalog(connection, server).describe(id);
        if (catalog.isEmpty()) {
            LOG.warn("{} is not there, or the user must not see it; it is read when the connector finds it again", id);
            return Optional.empty();
        }
        Described described = catalog.get();
        if (table.settings().noKeyPolicy() == MySqlNoKeyPolicy.SKIP
                && TableKey.choice(described, table.settings()) instanceof KeyChoice.None none) {
            LOG.warn("{} is left out (no.key.policy=skip): {}", id, none.reason());
            return Optional.empty();
        }
        TableFrame frame = new TableFrame(
                id,
                TableLayout.kind(server.isMariaDb()),
                table.settings(),
                table.topic(),
                settings.schemaNames(),
                settings.modes(),
                clock);
        List<String> key = TableKey.of(id, described, table.settings());
        boolean isNew = table.offset().isEmpty();
        BinlogOffset offset = isNew ? newOffset(server, table, beginning) : stored(connection, server, table);
        List<MySqlColumn> columns = described.columns();
        if (!offset.structure().isEmpty()) {
            StoredLayout before = StoredLayout.parse(offset.structure());
            if (before.key().equals(key)) {
                // Row events that come next are of the table as it was then.
                columns = before.columns();
            } else if (offset.stopped().isEmpty()) {
                LOG.warn("{} has another key than before, so it is copied again", id);
                offset = newOffset(server, table, beginning);
            }
        }
        if (key.isEmpty() && !isNew && offset.copy().isPresent()) {
            // Its copy is one piece.
            offset = newOffset(server, table, beginning);
        }
        TableLayout layout = TableLayout.of(frame, columns, described.structure(), key, charsets);
        boolean hasBegun = !isNew && offset.copy().isPresent() && hasSnapshotOf(table, offset);
        FollowedTable made =
                new FollowedTable(table, frame, settings.topicPrefix(), layout, offset, hasBegun, clock.instant());
        if (isNew && offset.copy().isEmpty()) {
            // Whatever happens from now on must not be lost, however long nothing does.
            heartbeats.send(table.partition(), made.offset());
        }
        return Optional.of(made);
    }

    /** Whether the copy is the one that is stored, and so has begun. */
    private static boolean hasSnapshotOf(BinlogTable table, BinlogOffset offset) {
        return BinlogOffset.of(table.offset())
                .copy()
                .map(Copy::snapshotId)
                .equals(offset.copy().map(Copy::snapshotId));
    }

    /** What is stored; a place that a user has sent becomes one of the server at hand. */
    private static BinlogOffset stored(Connection connection, MySqlServer server, BinlogTable table)
            throws SQLException {
        BinlogOffset offset = BinlogOffset.of(table.offset());
        if (!offset.isRequest()) {
            return offset;
        }
        BinlogPosition place = new BinlogPlaces(connection, server)
                .named(new BinlogPosition(offset.file(), offset.position(), offset.gtids()));
        return beginningAt(server, place, Optional.empty());
    }

    private static BinlogOffset newOffset(MySqlServer server, BinlogTable table, BinlogPosition beginning) {
        Optional<Copy> copy = table.settings().snapshotMode() == SnapshotMode.INITIAL
                ? Optional.of(new Copy(UUID.randomUUID().toString(), "", 0, Copy.Stage.READING))
                : Optional.empty();
        return beginningAt(server, beginning, copy);
    }

    private static BinlogOffset beginningAt(MySqlServer server, BinlogPosition place, Optional<Copy> copy) {
        return new BinlogOffset(
                server.uuid(), place.file(), place.offset(), place.gtids(), "", 0, Optional.empty(), copy, "", "");
    }

    /** Where all tables are behind, or at, also with what is prepared. */
    static BinlogPosition earliest(Connection connection, MySqlServer server, Collection<FollowedTable> tables)
            throws SQLException {
        List<FollowedTable> read =
                tables.stream().filter(table -> !table.isStopped()).toList();
        if (server.positionForm() == PositionForm.GTIDS) {
            BinlogPosition any = read.get(0).position();
            String common = read.stream()
                    .map(FollowedTable::executed)
                    .reduce(GtidSet::intersection)
                    .orElseThrow()
                    .toString();
            return new BinlogPosition(any.file(), any.offset(), common);
        }
        Prepared first = read.stream()
                .map(TableStarts::beginning)
                .min(Comparator.<Prepared>comparingLong(place -> BinlogPosition.number(place.file()))
                        .thenComparingLong(Prepared::position))
                .orElseThrow();
        String gtids = server.isMariaDb()
                ? MariaDbGtids.at(connection, first.file(), first.position()).toString()
                : "";
        return new BinlogPosition(first.file(), first.position(), gtids);
    }

    private static Prepared beginning(FollowedTable table) {
        return table.prepared()
                .orElse(new Prepared(table.position().file(), table.position().offset()));
    }
}
