// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assumptions.assumeThat;

import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import java.time.Duration;

/** Commits that wait between binlog and engine, for a replica that does not come, until the server gives it up. */
final class SlowCommits implements AutoCloseable {

    private final MySqlDatabase database;
    private final String semisync;

    private SlowCommits(MySqlDatabase database) {
        this.database = database;
        this.semisync = isMariaDb() ? "rpl_semi_sync_master_" : "rpl_semi_sync_source_";
    }

    /** @param patience how long the first of them waits at most */
    static SlowCommits prepare(MySqlDatabase database, Duration patience) {
        assumeThat(database.server().release())
                .as("a server with semi-synchronous replication")
                .isNotEqualTo(MySqlRelease.MYSQL_8_0);
        SlowCommits commits = new SlowCommits(database);
        if (!commits.isMariaDb()) {
            database.execute("INSTALL PLUGIN rpl_semi_sync_source SONAME 'semisync_source.so'");
        }
        database.execute(
                "SET GLOBAL " + commits.semisync + "timeout = " + patience.toMillis(),
                "SET GLOBAL " + commits.semisync + "wait_point = 'AFTER_SYNC'");
        return commits;
    }

    /** From now on. */
    void begin() {
        database.execute("SET GLOBAL " + semisync + "enabled = ON");
    }

    /** Lets those go that wait. */
    void end() {
        database.execute("SET GLOBAL " + semisync + "enabled = OFF");
    }

    @Override
    public void close() {
        end();
        if (!isMariaDb()) {
            database.execute("UNINSTALL PLUGIN rpl_semi_sync_source");
        }
    }

    private boolean isMariaDb() {
        return database.server().release().isMariaDb();
    }
}
