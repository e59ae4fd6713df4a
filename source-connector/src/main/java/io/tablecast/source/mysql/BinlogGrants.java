// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The privileges that mode {@code binlog} needs beside SELECT on the tables. Used by one thread. */
public final class BinlogGrants {

    private static final int MISSING_PRIVILEGE = 1227;
    private static final int MISSING_ON_TABLE = 1142;
    private static final int SHOW_REPLICAS_SINCE = 84;

    private final Connection connection;
    private final MySqlServer server;

    public BinlogGrants(Connection connection, MySqlServer server) {
        this.connection = connection;
        this.server = server;
    }

    /** What the user lacks, one sentence each, with the statement that gives it. */
    public List<String> missing() throws SQLException {
        List<String> missing = new ArrayList<>();
        String user = user();
        if (!may(server.statusCommand())) {
            missing.add("The user may not see where the binlog ends. GRANT REPLICATION CLIENT ON *.* TO " + user + ".");
        }
        if (!mayReadBinlog()) {
            missing.add("The user may not read the binlog. GRANT REPLICATION SLAVE ON *.* TO " + user + ".");
        }
        if (server.positionForm() == PositionForm.FILE
                && !may("SELECT 1 FROM performance_schema.metadata_locks LIMIT 0")) {
            missing.add("Copies of a server without GTIDs are read by the locks of tables' names, which the user may"
                    + " not see. GRANT SELECT ON performance_schema.metadata_locks TO " + user + ", or set"
                    + " gtid_mode=ON.");
        }
        return missing;
    }

    private boolean mayReadBinlog() throws SQLException {
        if (!server.isMariaDb()) {
            // Needs the same privilege.
            return may(server.release() >= SHOW_REPLICAS_SINCE ? "SHOW REPLICAS" : "SHOW SLAVE HOSTS");
        }
        boolean hasRole = false;
        for (String grant : column("SHOW GRANTS")) {
            String upper = grant.toUpperCase(Locale.ROOT);
            if (upper.contains("REPLICATION SLAVE") || upper.contains("ALL PRIVILEGES ON *.*")) {
                return true;
            }
            hasRole |= !upper.contains(" ON ");
        }
        // What a role may is not shown here.
        return hasRole;
    }

    private boolean may(String statement) throws SQLException {
        try {
            column(statement);
            return true;
        } catch (SQLException e) {
            if (e.getErrorCode() == MISSING_PRIVILEGE || e.getErrorCode() == MISSING_ON_TABLE) {
                return false;
            }
            throw e;
        }
    }

    /** As statements want it: the name and the host that the server has found for it. */
    private String user() throws SQLException {
        String user = column("SELECT CURRENT_USER()").get(0);
        int at = user.lastIndexOf('@');
        return "'" + user.substring(0, at) + "'@'" + user.substring(at + 1) + "'";
    }

    private List<String> column(String query) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(query)) {
            while (rows.next()) {
                values.add(rows.getString(1));
            }
        }
        return values;
    }
}
