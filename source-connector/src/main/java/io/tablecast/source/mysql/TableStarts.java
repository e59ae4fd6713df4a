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
import io.tablecast.source.mysql.FollowedTable.OwedLook;
import io.tablecast.source.mysql.MySqlCatalog.Described;
import io.tablecast.source.mysql.binlog.BinlogPosition;
import io.tablecast.source.mysql.binlog.GtidSet;
import io.tablecast.source.mysql.binlog.UnreadableTableException;
import io.tablecast.source.reading.Heartbeats;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

    /** The tables that could not be looked at yet. */
    private final Set<TableId> unseen = new HashSet<>();

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
        BinlogPlaces places = new BinlogPlaces(connection, server);
        unseen.clear();
        for (BinlogTable table : tables) {
            TableId id = table.partition().table();
            if (!followed.containsKey(id)) {
                first(connection, server, charsets, table).ifPresent(added -> followed.put(id, added));
            }
            FollowedTable known = followed.get(id);
            if (known != null) {
                check(connection, server, charsets, places, known, stops);
            }
        }
    }

    /** Whether there are tables that could not be looked at, so that they are to be prepared again. */
    boolean isIncomplete() {
        return !unseen.isEmpty();
    }

    private void check(
            Connection connection,
            MySqlServer server,
            Charsets charsets,
            BinlogPlaces places,
            FollowedTable table,
            TableStops stops)
            throws SQLException, InterruptedException {
        if (!table.isStopped() && !table.isRead()) {
            // It begins elsewhere anyway.
            startAgainOrLater(connection, server, charsets, table, stops);
            return;
        }
        Optional<String> lost = places.whyLost(table.system(), table.position(), table.prepared());
        retention.looked(table.id(), lost.isPresent());
        if (table.isStopped()) {
            return;
        }
        if (lost.isEmpty()) {
            if (!table.system().equals(server.uuid())) {
                LOG.info("{} goes on at another server: {} instead of {}", table.id(), server.uuid(), table.system());
                table.goesOnAt(server.uuid());
            }
            table.renamePosition(places.known(table.position()));
            return;
        }
        if (places.areOnTheirWay(table.position())) {
            throw new SQLException("The server has not executed yet what was read of " + table.id()
                    + " from another one, whose transactions it applies");
        }
        if (settings.purgedPolicy() == PurgedPolicy.RESNAPSHOT) {
            LOG.warn("{} is copied again (binlog.purged.policy=resnapshot): {}", table.id(), lost.get());
            startAgainOrLater(connection, server, charsets, table, stops);
            return;
        }
        stops.stop(table, lost.get() + ".");
    }

    private void startAgainOrLater(
            Connection connection, MySqlServer server, Charsets charsets, FollowedTable table, TableStops stops)
            throws SQLException, InterruptedException {
        try {
            startAgain(connection, server, charsets, table);
            retention.looked(table.id(), false);
        } catch (UnreadableTableException e) {
            stops.stop(table, e.getMessage());
        } catch (SQLException e) {
            stops.putOff(table, OwedLook.OF_ALL, e);
        }
    }

    /** Nobody has told what became of the table in what was purged, also of its columns. */
    static void startAgain(Connection connection, MySqlServer server, Charsets charsets, FollowedTable table)
            throws SQLException {
        TableLook look = TableLook.at(connection, server, table.id());
        table.startAgain(server.uuid(), look.place());
        if (look.described().isEmpty()) {
            LOG.warn("{} is not there any more", table.id());
            table.gone();
            return;
        }
        table.changeLayout(TableLayout.of(table.frame(), look.described().get(), charsets), List.of());
    }

    private Optional<FollowedTable> first(
            Connection connection, MySqlServer server, Charsets charsets, BinlogTable table)
            throws SQLException, InterruptedException {
        TableId id = table.partition().table();
        TableFrame frame = new TableFrame(
                id,
                TableLayout.kind(server.isMariaDb()),
                table.settings(),
                table.topic(),
                settings.schemaNames(),
                settings.modes(),
                clock);
        if (!table.offset().isEmpty()) {
            Optional<Described> catalog = new MySqlCatalog(connection, server).describe(id);
            if (isLeftOut(table, catalog)) {
                return Optional.empty();
            }
            Optional<FollowedTable> known = goneOn(connection, server, charsets, table, frame, catalog.orElseThrow());
            if (known.isPresent()) {
                return known;
            }
        }
        Optional<TableLook> seen = look(connection, server, id);
        if (seen.isEmpty()) {
            unseen.add(id);
            return Optional.empty();
        }
        TableLook look = seen.get();
        if (isLeftOut(table, look.described())) {
            return Optional.empty();
        }
        boolean isCopied = !table.offset().isEmpty() || table.settings().snapshotMode() == SnapshotMode.INITIAL;
        Optional<Copy> copy = isCopied
                ? Optional.of(new Copy(UUID.randomUUID().toString(), "", 0, Copy.Stage.READING))
                : Optional.empty();
        TableLayout layout = TableLayout.of(frame, look.described().orElseThrow(), charsets);
        FollowedTable made = made(table, frame, layout, Optional.empty(), beginningAt(server, look.place(), copy));
        if (!isCopied) {
            // Whatever happens from now on must not be lost, however long nothing does.
            heartbeats.send(table.partition(), made.offset());
        }
        return Optional.of(made);
    }

    /** Empty when others keep the table from being looked at. */
    private static Optional<TableLook> look(Connection connection, MySqlServer server, TableId table)
            throws SQLException {
        try {
            return Optional.of(TableLook.at(connection, server, table));
        } catch (UnreadableTableException e) {
            LOG.warn("{} is not read yet: {}", table, e.getMessage());
        } catch (SQLException e) {
            if (!TableLook.isLocked(e)) {
                throw e;
            }
            LOG.warn("{} is locked by another session, so it is not read yet: {}", table, e.getMessage());
        }
        return Optional.empty();
    }

    private static boolean isLeftOut(BinlogTable table, Optional<Described> catalog) {
        TableId id = table.partition().table();
        if (catalog.isEmpty()) {
            LOG.warn("{} is not there, or the user must not see it; it is read when the connector finds it again", id);
            return true;
        }
        if (table.settings().noKeyPolicy() == MySqlNoKeyPolicy.SKIP
                && TableKey.choice(catalog.get(), table.settings()) instanceof KeyChoice.None none) {
            LOG.warn("{} is left out (no.key.policy=skip): {}", id, none.reason());
            return true;
        }
        return false;
    }

    /** The table behind what is stored for it; empty when it has to be copied again. */
    private Optional<FollowedTable> goneOn(
            Connection connection,
            MySqlServer server,
            Charsets charsets,
            BinlogTable table,
            TableFrame frame,
            Described catalog)
            throws SQLException {
        BinlogOffset offset = stored(connection, server, table);
        List<String> key = TableKey.of(frame.table(), catalog, table.settings());
        boolean isCopying =
                offset.copy().filter(copy -> copy.stage() != Copy.Stage.GONE).isPresent();
        if (key.isEmpty() && isCopying) {
            // Its copy is one piece.
            return Optional.empty();
        }
        if (!offset.structure().isEmpty()) {
            StoredLayout before = StoredLayout.parse(offset.structure());
            AlteredColumns since = before.altered().orElse(AlteredColumns.WITHOUT_NAMES);
            if (before.key().stream().map(since::name).toList().equals(key)) {
                // Row events that come next are of the table as it was then.
                TableLayout layout =
                        TableLayout.of(frame, before.columns(), catalog.structure(), before.key(), charsets);
                return Optional.of(made(table, frame, layout, before.altered(), offset));
            }
            if (offset.stopped().isEmpty()) {
                LOG.warn("{} has another key than before, so it is copied again", frame.table());
                return Optional.empty();
            }
        }
        TableLayout layout = TableLayout.of(frame, catalog, charsets);
        return Optional.of(made(table, frame, layout, Optional.empty(), offset));
    }

    private FollowedTable made(
            BinlogTable table,
            TableFrame frame,
            TableLayout layout,
            Optional<AlteredColumns> altered,
            BinlogOffset offset) {
        return new FollowedTable(table, frame, settings.topicPrefix(), layout, altered, offset, clock.instant());
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

    private static BinlogOffset beginningAt(MySqlServer server, BinlogPosition place, Optional<Copy> copy) {
        return new BinlogOffset(
                server.uuid(), place.file(), place.offset(), place.gtids(), "", 0, Optional.empty(), copy, "", "");
    }

    /** Where all tables are behind, or at, also with what is prepared. */
    static BinlogPosition earliest(Connection connection, MySqlServer server, Collection<FollowedTable> tables)
            throws SQLException {
        List<FollowedTable> read = tables.stream().filter(FollowedTable::isRead).toList();
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
        return BinlogPlaces.beginningFor(table.prepared()
                .orElse(new Prepared(table.position().file(), table.position().offset())));
    }
}
