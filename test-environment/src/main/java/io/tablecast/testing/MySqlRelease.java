// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.util.Arrays;
import java.util.List;

/** The MySQL and MariaDB servers that can be started. */
public enum MySqlRelease {
    /** The newest MySQL that Debian packages, at this time 9.7; not to be had on every machine. */
    MYSQL("MySQL"),
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
        return this != MYSQL;
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

    /** Where the build puts the packed programs of a MariaDB, beside this class. */
    String archive() {
        return switch (this) {
            case MARIADB_11_4 -> "mariadb-11.4/mariadb.jar";
            case MARIADB_10_11 -> "mariadb-10.11/mariadb.jar";
            case MYSQL -> throw new IllegalStateException("MySQL comes from Debian's packages");
        };
    }
}
