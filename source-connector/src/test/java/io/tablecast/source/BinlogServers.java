// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.testing.MySqlOptions;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import java.util.ArrayList;
import java.util.List;

/** One server of every kind that has a binlog of its own: the releases, and a MySQL without GTIDs. */
final class BinlogServers {

    private static MySqlServer withoutGtids;

    private BinlogServers() {}

    static List<MySqlServer> all() {
        List<MySqlServer> servers = new ArrayList<>(
                MySqlRelease.available().stream().map(MySqlServer::shared).toList());
        if (MySqlRelease.MYSQL.isAvailable()) {
            servers.add(withoutGtids());
        }
        return servers;
    }

    /** This JVM's MySQL without GTIDs. It is never closed by hand. */
    static synchronized MySqlServer withoutGtids() {
        if (withoutGtids == null) {
            withoutGtids = MySqlServer.start(MySqlOptions.of(MySqlRelease.MYSQL).withoutGtids());
        }
        return withoutGtids;
    }
}
