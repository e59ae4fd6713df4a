// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.testing.MySqlDatabase;

/** Commits that wait between binlog and engine, two seconds each, for a replica that does not come. */
final class SlowCommits implements AutoCloseable {

    private final MySqlDatabase database;
    private final String semisync;

    private SlowCommits(MySqlDatabase database) {
        this.database = database;
        this.semisync = isMariaDb() ? "rpl_semi_sync_master_" : "rpl_semi_sync_source_";
    }

    static SlowCommits prepare(MySqlDatabase database) {
        SlowCommits commits = new SlowCommits(database);
        if (!commits.isMariaDb()) {
            database.execute("INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so'");
        }
        database.execute(
                "SET GLOBAL " + commits.semisync + "timeout = 2000",
                "SET GLOBAL " + commits.semisync + "wait_point = 'AFTER_SYNC'");
        return commits;
    }

    /** From now on; the server gives it up when one has waited that long. */
    void begin() {
        database.execute("SET GLOBAL " + semisync + "enabled = ON");
    }

    @Override
    public void close() {
        database.execute("SET GLOBAL " + semisync + "enabled = OFF");
        if (!isMariaDb()) {
            database.execute("UNINSTALL PLUGIN rpl_semi_sync_source");
        }
    }

    private boolean isMariaDb() {
        return database.server().release().isMariaDb();
    }
}
