// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.offset.BinlogOffset.Prepared;
import io.tablecast.contract.offset.InvalidOffset;
import io.tablecast.source.mysql.binlog.BinlogPosition;
import io.tablecast.source.mysql.binlog.GtidSet;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which places of a binlog a server can go on from. Used by one thread. */
final class BinlogPlaces {

    /** Of a file, behind the bytes that tell what it is. */
    private static final long BEGINNING = 4;

    private final Connection connection;
    private final MySqlServer server;

    private final Map<String, Long> lengths = new HashMap<>();

    /** A MariaDB reads its binlog to tell them, and tables that nobody writes to stand in one place. */
    private final Map<BinlogPosition, String> gtidsOfMariaDb = new HashMap<>();

    BinlogPlaces(Connection connection, MySqlServer server) {
        this.connection = connection;
        this.server = server;
    }

    /**
     * Completes a place that a user has named by a file and the place in it, or by GTIDs.
     *
     * @throws InvalidOffset when the server at hand cannot go on from such a place
     */
    BinlogPosition named(BinlogPosition wanted) throws SQLException {
        return switch (server.positionForm()) {
            case FILE_AND_GTIDS -> ofMariaDb(wanted);
            case GTIDS -> byGtids(wanted);
            case FILE -> byFile(wanted);
        };
    }

    private BinlogPosition ofMariaDb(BinlogPosition wanted) throws SQLException {
        if (wanted.file().isEmpty()) {
            throw new InvalidOffset("MariaDB's binlog is read from a \"file\" and a \"pos\"; the offset names only"
                    + " \"gtids\". Name the place.");
        }
        if (wanted.gtids().isEmpty() && EventPlaces.isFar(wanted.offset())) {
            throw new InvalidOffset(
                    "MariaDB tells no GTIDs of places beyond 4 GiB of a file, and the offset names none."
                            + " Name the \"gtids\" of " + wanted.file() + ":" + wanted.offset() + " with it.");
        }
        String gtids = wanted.gtids().isEmpty()
                ? MariaDbGtids.at(connection, wanted.file(), wanted.offset()).toString()
                : MariaDbGtids.parse(wanted.gtids()).toString();
        return new BinlogPosition(wanted.file(), wanted.offset(), gtids);
    }

    private BinlogPosition byGtids(BinlogPosition wanted) throws SQLException {
        if (wanted.gtids().isEmpty()) {
            throw new InvalidOffset("A MySQL server with GTIDs is read from \"gtids\"; the offset names only a file."
                    + " Name the transactions before it, as @@gtid_executed shows them.");
        }
        BinlogPosition end = server.end(connection);
        return new BinlogPosition(
                wanted.file().isEmpty() ? end.file() : wanted.file(),
                wanted.file().isEmpty() ? end.offset() : wanted.offset(),
                GtidSet.parse(wanted.gtids()).toString());
    }

    private static BinlogPosition byFile(BinlogPosition wanted) {
        if (wanted.file().isEmpty() || !wanted.gtids().isEmpty()) {
            throw new InvalidOffset("A MySQL server without GTIDs (gtid_mode is not ON) is read from a \"file\" and a"
                    + " \"pos\" alone; the offset names \"gtids\". Name the place of this server's binlog.");
        }
        return wanted;
    }

    /**
     * Why reading cannot go on; empty when it can.
     *
     * @param system what identifies the server that the position is of
     */
    Optional<String> whyLost(String system, BinlogPosition position, Optional<Prepared> prepared) throws SQLException {
        return switch (server.positionForm()) {
            case FILE_AND_GTIDS -> whyLostByFileAndGtids(position, prepared);
            case GTIDS -> whyLostByGtids(position);
            case FILE -> whyLostByFile(system, position, prepared);
        };
    }

    /** Whether transactions that were read are still on their way to the server, which applies those of another one. */
    boolean areOnTheirWay(BinlogPosition position) throws SQLException {
        return server.positionForm() == PositionForm.GTIDS
                && !server.hasExecuted(connection, position.gtids())
                && server.isReplicating(connection);
    }

    /** The same for a place of the server at hand. */
    Optional<String> whyLostHere(BinlogPosition position) throws SQLException {
        return whyLost(server.uuid(), position, Optional.empty());
    }

    private Optional<String> whyLostByFileAndGtids(BinlogPosition position, Optional<Prepared> prepared)
            throws SQLException {
        // A place that is not there has no GTIDs, and so those of a place that nobody has named them for.
        Optional<String> purged = whyPurged(position, prepared);
        if (purged.isPresent()) {
            return purged;
        }
        return isOfThisServer(position)
                ? Optional.empty()
                : Optional.of("the binlog of " + server.title() + " has no longer " + position.file() + ":"
                        + position.offset() + ", or other transactions there: it was purged, or this is another"
                        + " server");
    }

    /**
     * Domains of which the server knows nothing do not tell which server it is, as long as others do: it was made to
     * forget them, by FLUSH BINARY LOGS DELETE_DOMAIN_ID.
     */
    private boolean isOfThisServer(BinlogPosition position) throws SQLException {
        MariaDbGtids there = MariaDbGtids.parse(position.gtids());
        if (EventPlaces.isFar(position.offset())) {
            // The rest is seen when the stream has come there.
            return there.isNotBefore(MariaDbGtids.at(connection, position.file(), BEGINNING));
        }
        MariaDbGtids here = MariaDbGtids.parse(gtidsAt(position));
        if (here.equals(there)) {
            return true;
        }
        if (here.domains().isEmpty() || !there.within(here.domains()).equals(here)) {
            return false;
        }
        Set<Long> others = new HashSet<>(there.domains());
        others.removeAll(here.domains());
        return Collections.disjoint(others, domainsOfMariaDb());
    }

    private Set<Long> domainsOfMariaDb() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery("SELECT @@global.gtid_binlog_state")) {
            answer.next();
            return MariaDbGtids.parse(answer.getString(1)).domains();
        }
    }

    /** A place that is not lost, with the GTIDs that the server at hand has before it. */
    BinlogPosition known(BinlogPosition position) throws SQLException {
        return server.positionForm() == PositionForm.FILE_AND_GTIDS && !EventPlaces.isFar(position.offset())
                ? new BinlogPosition(position.file(), position.offset(), gtidsAt(position))
                : position;
    }

    private String gtidsAt(BinlogPosition position) throws SQLException {
        String known = gtidsOfMariaDb.get(position);
        if (known != null) {
            return known;
        }
        String gtids =
                MariaDbGtids.at(connection, position.file(), position.offset()).toString();
        gtidsOfMariaDb.put(position, gtids);
        return gtids;
    }

    private Optional<String> whyLostByGtids(BinlogPosition position) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT GTID_SUBSET(@@global.gtid_purged, ?), GTID_SUBSET(?, @@global.gtid_executed),
                       @@global.gtid_executed = ''""")) {
            query.setString(1, position.gtids());
            query.setString(2, position.gtids());
            try (ResultSet answer = query.executeQuery()) {
                answer.next();
                if (position.gtids().isEmpty() && answer.getInt(3) == 0) {
                    return Optional.of("the offset is a place in a file, of a time when the server had no GTIDs, and"
                            + " it has them now (gtid_mode=ON): begin behind transactions, as {\"gtids\": \"...\"}");
                }
                if (answer.getInt(1) == 0) {
                    return Optional.of("transactions that were not read yet are purged from the binlog");
                }
                return answer.getInt(2) == 0
                        ? Optional.of("the server has not executed all transactions that were read: it is another"
                                + " one, or was restored")
                        : Optional.empty();
            }
        }
    }

    private Optional<String> whyLostByFile(String system, BinlogPosition position, Optional<Prepared> prepared)
            throws SQLException {
        if (!position.gtids().isEmpty()) {
            return Optional.of("the offset names transactions by GTIDs, and the server at hand has none (gtid_mode is"
                    + " not ON)");
        }
        if (!system.equals(server.uuid())) {
            return Optional.of("the offset is a place in the binlog of the server " + system + ", and " + server.uuid()
                    + " answers, which has other places; only with GTIDs (gtid_mode=ON) can another server go on");
        }
        return whyPurged(position, prepared);
    }

    private Optional<String> whyPurged(BinlogPosition position, Optional<Prepared> prepared) throws SQLException {
        Optional<String> purged = prepared.isPresent() ? whyPurged(prepared.get()) : Optional.empty();
        return purged.isPresent() ? purged : whyPurged(new Prepared(position.file(), position.offset()));
    }

    private Optional<String> whyPurged(Prepared place) throws SQLException {
        Optional<Long> length = lengthOf(place);
        if (length.isEmpty()) {
            return Optional.of("transactions that were not read yet are purged from the binlog: it has no longer "
                    + place.file() + ":" + place.position());
        }
        return length.get() >= place.position()
                ? Optional.empty()
                : Optional.of(place.file() + " ends before " + place.position() + ": it is another file of that name,"
                        + " of before the server was restored or its binlog was reset");
    }

    /**
     * Where a server can be told to begin, so that what comes behind a place is among what it sends. MariaDB knows GTIDs of
     * such places alone.
     */
    static Prepared beginningFor(Prepared place) {
        return EventPlaces.isFar(place.position()) ? new Prepared(place.file(), BEGINNING) : place;
    }

    /** A server opens all its files to tell them, so it is not asked again while what it has told is enough. */
    private Optional<Long> lengthOf(Prepared place) throws SQLException {
        if (lengths.getOrDefault(place.file(), -1L) < place.position()) {
            try (Statement statement = connection.createStatement();
                    ResultSet files = statement.executeQuery("SHOW BINARY LOGS")) {
                while (files.next()) {
                    lengths.put(files.getString(1), files.getLong(2));
                }
            }
        }
        return Optional.ofNullable(lengths.get(place.file()));
    }
}
