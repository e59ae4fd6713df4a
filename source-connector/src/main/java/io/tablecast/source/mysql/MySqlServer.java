// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.offset.InvalidOffset;
import io.tablecast.source.mysql.binlog.BinlogPosition;
import io.tablecast.source.mysql.binlog.GtidSet;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A server as it was when it was asked.
 *
 * @param version as the server writes it
 * @param serverId the number that its events carry
 * @param uuid MySQL's server_uuid; of MariaDB, which has none, its number
 */
public record MySqlServer(boolean isMariaDb, String version, long serverId, String uuid) {

    private static final String MARIADB = "MariaDB";
    private static final int STATUS_COMMAND_SINCE = 84;
    private static final int CASCADES_LOGGED_SINCE = 96;

    public MySqlServer {
        requireNonNull(version, "version is null");
        requireNonNull(uuid, "uuid is null");
    }

    public static MySqlServer read(Connection connection) throws SQLException {
        List<String> answer = row(connection, "SELECT @@version, @@server_id");
        boolean isMariaDb = answer.get(0).contains(MARIADB);
        String uuid = isMariaDb
                ? "server-id:" + answer.get(1)
                : row(connection, "SELECT @@global.server_uuid").get(0);
        return new MySqlServer(isMariaDb, answer.get(0), Long.parseLong(answer.get(1)), uuid);
    }

    /** Name and version for messages. */
    public String title() {
        return isMariaDb ? version : "MySQL " + version;
    }

    /** Whether the rows that foreign keys change are in the binlog, as they are from MySQL 9.6 on. */
    public boolean logsCascades() {
        return !isMariaDb && release() >= CASCADES_LOGGED_SINCE;
    }

    /** What keeps the binlog from being read; empty when nothing does. */
    public List<String> obstacles(Connection connection) throws SQLException {
        List<String> obstacles = new ArrayList<>();
        if (row(connection, "SELECT @@global.log_bin").get(0).equals("0")) {
            obstacles.add("The server at hand writes no binlog (log_bin is off). Set log_bin and restart it, or read"
                    + " from a server that writes one.");
            return obstacles;
        }
        require(connection, obstacles, "binlog_format", "ROW");
        require(connection, obstacles, "binlog_row_image", "FULL");
        require(connection, obstacles, "binlog_row_metadata", "FULL");
        if (isMariaDb) {
            require(connection, obstacles, "log_bin_compress", "0");
            return obstacles;
        }
        require(connection, obstacles, "gtid_mode", "ON");
        require(connection, obstacles, "binlog_row_value_options", "");
        return obstacles;
    }

    /** The end of the binlog, which may be ahead of what queries see. */
    public BinlogPosition end(Connection connection) throws SQLException {
        List<String> status = row(connection, statusCommand());
        return new BinlogPosition(status.get(0), Long.parseLong(status.get(1)), "");
    }

    /** A place behind which everything comes in the binlog that queries from now on might not see. */
    public BinlogPosition beginning(Connection connection) throws SQLException {
        if (!isMariaDb) {
            String executed = row(connection, "SELECT @@global.gtid_executed").get(0);
            BinlogPosition end = end(connection);
            return new BinlogPosition(
                    end.file(), end.offset(), GtidSet.parse(executed).toString());
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT");
        }
        BinlogPosition seen = seenBySnapshot(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute("ROLLBACK");
        }
        return new BinlogPosition(seen.file(), seen.offset(), mariaDbGtids(connection, seen.file(), seen.offset()));
    }

    /** What the open transaction of MariaDB, which has a consistent snapshot, sees. */
    BinlogPosition seenBySnapshot(Connection connection) throws SQLException {
        String file = row(connection, "SHOW STATUS LIKE 'binlog_snapshot_file'").get(1);
        String position =
                row(connection, "SHOW STATUS LIKE 'binlog_snapshot_position'").get(1);
        return new BinlogPosition(file, Long.parseLong(position), "");
    }

    /**
     * Completes a place that a user has named by a file and the place in it, or by GTIDs.
     *
     * @throws InvalidOffset when the server at hand cannot go on from such a place
     */
    BinlogPosition placeOf(Connection connection, BinlogPosition wanted) throws SQLException {
        if (isMariaDb) {
            if (wanted.file().isEmpty()) {
                throw new InvalidOffset("MariaDB's binlog is read from a \"file\" and a \"pos\"; the offset names only"
                        + " \"gtids\". Name the place.");
            }
            String gtids = wanted.gtids().isEmpty()
                    ? mariaDbGtids(connection, wanted.file(), wanted.offset())
                    : MariaDbGtids.parse(wanted.gtids()).toString();
            return new BinlogPosition(wanted.file(), wanted.offset(), gtids);
        }
        if (wanted.gtids().isEmpty()) {
            throw new InvalidOffset("A MySQL server with GTIDs is read from \"gtids\"; the offset names only a file."
                    + " Name the transactions before it, as @@gtid_executed shows them.");
        }
        BinlogPosition end = end(connection);
        return new BinlogPosition(
                wanted.file().isEmpty() ? end.file() : wanted.file(),
                wanted.file().isEmpty() ? end.offset() : wanted.offset(),
                GtidSet.parse(wanted.gtids()).toString());
    }

    /** Why reading cannot go on behind a position; empty when it can. */
    Optional<String> whyLost(Connection connection, BinlogPosition position) throws SQLException {
        if (isMariaDb) {
            return mariaDbGtids(connection, position.file(), position.offset()).equals(position.gtids())
                    ? Optional.empty()
                    : Optional.of("the binlog of " + title() + " has no longer " + position.file() + ":"
                            + position.offset() + ", or other transactions there: it was purged, or this is another"
                            + " server");
        }
        try (PreparedStatement query = connection.prepareStatement("""
                SELECT GTID_SUBSET(@@global.gtid_purged, ?), GTID_SUBSET(?, @@global.gtid_executed)""")) {
            query.setString(1, position.gtids());
            query.setString(2, position.gtids());
            try (ResultSet answer = query.executeQuery()) {
                answer.next();
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

    /** Whether queries see all of these transactions of MySQL. */
    boolean hasExecuted(Connection connection, String gtids) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT GTID_SUBSET(?, @@global.gtid_executed), @@server_id")) {
            query.setString(1, gtids);
            try (ResultSet answer = query.executeQuery()) {
                answer.next();
                return answer.getInt(1) == 1;
            }
        }
    }

    private static String mariaDbGtids(Connection connection, String file, long offset) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT BINLOG_GTID_POS(?, ?)")) {
            query.setString(1, file);
            query.setLong(2, offset);
            try (ResultSet answer = query.executeQuery()) {
                answer.next();
                return MariaDbGtids.parse(answer.getString(1)).toString();
            }
        }
    }

    private String statusCommand() {
        return !isMariaDb && release() >= STATUS_COMMAND_SINCE ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS";
    }

    /** The first two numbers of the version, as one. */
    private int release() {
        String[] parts = version.split("[.-]", -1);
        return Integer.parseInt(parts[0]) * 10 + Integer.parseInt(parts[1]);
    }

    private static void require(Connection connection, List<String> obstacles, String variable, String wanted)
            throws SQLException {
        String value = row(connection, "SELECT @@global." + variable).get(0);
        if (!value.equalsIgnoreCase(wanted)) {
            obstacles.add(variable + " is " + (value.isEmpty() ? "empty" : value) + " at the server; it must be "
                    + (wanted.isEmpty() ? "empty" : wanted) + ". Set it by SET GLOBAL and in the server's"
                    + " configuration, and let the applications connect anew.");
        }
    }

    private static List<String> row(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(query)) {
            if (!result.next()) {
                throw new SQLException("The server answers nothing to " + query);
            }
            List<String> row = new ArrayList<>();
            for (int column = 1; column <= result.getMetaData().getColumnCount(); column++) {
                String value = result.getString(column);
                row.add(value == null ? "" : value);
            }
            return row;
        }
    }
}
