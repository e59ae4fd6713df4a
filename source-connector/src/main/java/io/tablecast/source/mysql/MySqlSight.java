// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.metrics.ControlMetrics;
import io.tablecast.source.mysql.MySqlActivity.Sight;
import io.tablecast.source.mysql.MySqlActivity.View;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells log and metrics what a horizon takes for granted, and what holds it back. Used by one thread at a time. */
final class MySqlSight {

    private static final Logger LOG = LoggerFactory.getLogger(MySqlSight.class);

    private final TableId table;
    private final ControlMetrics metrics;
    private Sight told;
    private String holder = "";

    MySqlSight(TableId table, ControlMetrics metrics) {
        this.table = table;
        this.metrics = metrics;
    }

    /**
     * Tells what is new.
     *
     * @param distance how far reading stays behind when writers are not seen, with its unit
     * @return whether a transaction without a session keeps reading from going on
     */
    boolean isHeld(View view, String distance) {
        if (view.sight() != told) {
            told = view.sight();
            tell(distance);
        }
        String now = view.detached().orElse("");
        if (!now.equals(holder)) {
            holder = now;
            if (now.isEmpty()) {
                LOG.info("Reading {} goes on: no transaction is without a session any more", table);
            } else {
                LOG.warn(
                        "Reading {} stands still: transaction {} has no session, as prepared ones have none, and nobody"
                                + " can tell which rows it will bring. XA RECOVER lists the prepared ones; run XA COMMIT"
                                + " or XA ROLLBACK",
                        table,
                        now);
            }
        }
        if (now.isEmpty()) {
            metrics.released();
            return false;
        }
        metrics.held();
        return true;
    }

    private void tell(String distance) {
        switch (told) {
            case FULL ->
                LOG.info(
                        "Reading {} up to the oldest open transaction; see docs/modes.md for what that leaves out",
                        table);
            case NO_PRIVILEGE ->
                LOG.warn(
                        "Reading {} {} (boundary): the user cannot see other users' transactions, so it is assumed that"
                                + " none is open for longer. GRANT PROCESS ON *.* TO the user to look at them",
                        table,
                        distance);
            case REPLICA ->
                LOG.warn(
                        "Reading {} {} (boundary): the server is a replica, so it is assumed that no transaction of its"
                                + " source is open for longer and that it lags by less",
                        table,
                        distance);
        }
    }
}
