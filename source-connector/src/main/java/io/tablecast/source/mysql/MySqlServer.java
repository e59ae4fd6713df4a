// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

import io.tablecast.source.mysql.binlog.BinlogPosition;
import io.tablecast.source.mysql.binlog.GtidSet;
import io.tablecast.source.mysql.binlog.NameCase;
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
 * @param hasGtids whether each transaction of a MySQL has a GTID
 * @param nameCase how it keeps the names of databases and tables
 */
public record MySqlServer(
        boolean isMariaDb, String version, long serverId, String uuid, boolean hasGtids, NameCase nameCase) {

    private static final String MARIADB = "MariaDB";
    private static final int STATUS_COMMAND_SINCE = 84;
    private static final int REPLICA_WORDS_SINCE = 84;
    private static final int CASCADES_LOGGED_SINCE = 96;

    public MySqlServer {
        requireNonNull(version, "version is null");
        requireNonNull(uuid, "uuid is null");
        requireNonNull(nameCase, "nameCase is null");
    }

    public static MySqlServer read(Connection connection) throws SQLException {
        List<String> answer = row(connection, "SELECT @@version, @@server_id, @@lower_case_table_names");
        boolean isMariaDb = answer.get(0).contains(MARIADB);
        String uuid = isMariaDb
                ? "server-id:" + answer.get(1)
                : row(connection, "SELECT @@global.server_uuid").get(0);
        boolean hasGtids = !isMariaDb
                && row(connection, "SELECT @@global.gtid_mode").get(0).equals("ON");
        return new MySqlServer(
                isMariaDb, answer.get(0), Long.parseLong(answer.get(1)), uuid, hasGtids, NameCase.of(answer.get(2)));
    }

    /** How a place in the binlog is told that holds after a restart. */
    PositionForm positionForm() {
        if (isMariaDb) {
            return PositionForm.FILE_AND_GTIDS;
        }
        return hasGtids ? PositionForm.GTIDS : PositionForm.FILE;
    }

    /** Name and version for messages. */
    public String title() {
        return isMariaDb ? version : "MySQL " + version;
    }

    /** Whether the rows that foreign keys change are in the binlog, as they are from MySQL 9.6 on. */
    public boolean logsCascades() {
        return !isMariaDb && release() >= CASCADES_LOGGED_SINCE;
    }

    /** Whether row events tell what the columns of their tables are called, and all else that rows are read by. */
    public boolean tellsColumns(Connection connection) throws SQLException {
        return row(connection, "SELECT @@global.binlog_row_metadata").get(0).equalsIgnoreCase("FULL");
    }

    /** What keeps the binlog from being read; empty when nothing does. */
    public List<String> obstacles(Connection connection) throws SQLException {
        List<String> obstacles = new ArrayList<>();
        if (row(connection, "SELECT @@global.log_bin").get(0).equals("0")) {
            obstacles.add("The server at hand writes no binlog (log_bin is off). Set log_bin and restart it, or read"
                    + " from a server that writes one.");
            return obstacles;
        }
        nameCase.obstacle().ifPresent(obstacles::add);
        require(connection, obstacles, "binlog_format", "ROW");
        require(connection, obstacles, "binlog_row_image", "FULL");
        if (isMariaDb) {
            require(connection, obstacles, "log_bin_compress", "0");
            return obstacles;
        }
        require(connection, obstacles, "binlog_row_value_options", "");
        return obstacles;
    }

    /**
     * What keeps copies from being read while changes are followed; needs the privileges of mode binlog. Without GTIDs,
     * the locks of tables' names tell which transactions queries may not see yet.
     */
    public Optional<String> copyObstacle(Connection connection) throws SQLException {
        if (positionForm() != PositionForm.FILE) {
            return Optional.empty();
        }
        // A lock of our own must be seen, or nothing is recorded.
        boolean isRecorded;
        try {
            row(connection, "SELECT GET_LOCK(CONCAT('tablecast ', CONNECTION_ID()), 0)");
            isRecorded = !row(connection, """
                            SELECT COUNT(*) FROM performance_schema.metadata_locks
                            WHERE OBJECT_TYPE = 'USER LEVEL LOCK' AND OWNER_THREAD_ID = PS_CURRENT_THREAD_ID()""").get(0).equals("0");
        } finally {
            row(connection, "SELECT RELEASE_ALL_LOCKS()");
        }
        boolean isComplete = row(connection, "SHOW GLOBAL STATUS LIKE 'Performance_schema_metadata_lock_lost'")
                .get(1)
                .equals("0");
        return !isRecorded || !isComplete
                ? Optional.of("The server has no GTIDs, and does not record all locks of tables' names, by which copies"
                        + " are read then. Set gtid_mode=ON, or performance_schema=ON with its instrument"
                        + " wait/lock/metadata/sql/mdl and without a limit for its metadata locks.")
                : Optional.empty();
    }

    /** The end of the binlog, which may be ahead of what queries see. */
    public BinlogPosition end(Connection connection) throws SQLException {
        List<String> status = row(connection, statusCommand());
        return new BinlogPosition(status.get(0), Long.parseLong(status.get(1)), "");
    }

    /** A place behind which everything comes in the binlog that queries from now on might not see. */
    public BinlogPosition beginning(Connection connection) throws SQLException {
        if (!isMariaDb) {
            String executed =
                    hasGtids ? row(connection, "SELECT @@global.gtid_executed").get(0) : "";
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
        if (EventPlaces.isFar(seen.offset())) {
            throw new SQLException("The binlog stands at " + seen.file() + ":" + seen.offset()
                    + ", and MariaDB tells no GTIDs of places beyond 4 GiB of a file until it begins another one");
        }
        return new BinlogPosition(
                seen.file(),
                seen.offset(),
                MariaDbGtids.at(connection, seen.file(), seen.offset()).toString());
    }

    /** What the open transaction of MariaDB, which has a consistent snapshot, sees. */
    BinlogPosition seenBySnapshot(Connection connection) throws SQLException {
        String file = row(connection, "SHOW STATUS LIKE 'binlog_snapshot_file'").get(1);
        String position =
                row(connection, "SHOW STATUS LIKE 'binlog_snapshot_position'").get(1);
        return new BinlogPosition(file, Long.parseLong(position), "");
    }

    /** Whether queries see all of these transactions of MySQL. */
    boolean hasExecuted(Connection connection, String gtids) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT GTID_SUBSET(?, @@global.gtid_executed)")) {
            query.setString(1, gtids);
            try (ResultSet answer = query.executeQuery()) {
                answer.next();
                return answer.getInt(1) == 1;
            }
        }
    }

    /** Whether the server receives or applies what another one has written; needs the privileges of mode binlog. */
    boolean isReplicating(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet status = statement.executeQuery(
                        release() >= REPLICA_WORDS_SINCE ? "SHOW REPLICA STATUS" : "SHOW SLAVE STATUS")) {
            String kind = release() >= REPLICA_WORDS_SINCE ? "Replica" : "Slave";
            while (status.next()) {
                boolean receives = !status.getString(kind + "_IO_Running").equals("No");
                if (receives || status.getString(kind + "_SQL_Running").equals("Yes")) {
                    return true;
                }
            }
            return false;
        }
    }

    String statusCommand() {
        return !isMariaDb && release() >= STATUS_COMMAND_SINCE ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS";
    }

    /** The first two numbers of the version, as one. */
    int release() {
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
