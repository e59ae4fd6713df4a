// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.util.Arrays;
import java.util.List;

/** The MySQL and MariaDB servers that can be started. */
public enum MySqlRelease {
    /** The newest MySQL that Debian packages, at this time 9.7; not to be had on every machine. */
    MYSQL("MySQL"),
    /** A MySQL of the series that production has most of; where it is to be had, {@link #MYSQL} is too. */
    MYSQL_8_0("MySQL 8.0"),
    /** MariaDB's newest long-term release that is packaged for Maven. */
    MARIADB_11_4("MariaDB 11.4"),
    /** The oldest MariaDB that is supported. */
    MARIADB_10_11("MariaDB 10.11");

    private final String title;

    MySqlRelease(String title) {
        this.title = title;
    }

    /** Name and version for people. */
    public String title() {
        return title;
    }

    public boolean isMariaDb() {
        return this == MARIADB_11_4 || this == MARIADB_10_11;
    }

    /** The statement that shows where the binlog ends. */
    public String binlogStatusCommand() {
        return this == MYSQL ? "SHOW BINARY LOG STATUS" : "SHOW MASTER STATUS";
    }

    /** Whether this machine can run it; when it cannot, the reason is printed once. */
    public boolean isAvailable() {
        return isMariaDb() || MySqlBinaries.mysql().isPresent();
    }

    /** All that this machine can run: every test of something that both kinds of server do should run on each. */
    public static List<MySqlRelease> available() {
        return Arrays.stream(values()).filter(MySqlRelease::isAvailable).toList();
    }

    /** MySQL where it is to be had, else the newest MariaDB: for tests that need one server of any kind. */
    public static MySqlRelease preferred() {
        return MYSQL.isAvailable() ? MYSQL : MARIADB_11_4;
    }

    /** What limits its redo log, so that servers are small. */
    String redoLogSetting() {
        return this == MYSQL ? "innodb-redo-log-capacity" : "innodb-log-file-size";
    }

    /** Where the build puts the packed programs, beside this class. */
    String archive() {
        return switch (this) {
            case MARIADB_11_4 -> "mariadb-11.4/mariadb.jar";
            case MARIADB_10_11 -> "mariadb-10.11/mariadb.jar";
            case MYSQL_8_0 -> "mysql-8.0/mysql.jar";
            case MYSQL -> throw new IllegalStateException("The newest MySQL comes from Debian's packages");
        };
    }
}
