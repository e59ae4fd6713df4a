// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.incremental.SourceActivity.Sight;
import org.slf4j.Logger;

/** Tells the log what a horizon takes for granted. */
final class Assumption {

    private Assumption() {}

    /** @param distance how far reading stays behind, with its unit */
    static void log(Logger log, TableId table, Sight sight, String distance) {
        switch (sight) {
            case FULL ->
                log.info(
                        "Reading {} up to the oldest open transaction: no row that commits late is passed over", table);
            case NO_PRIVILEGE ->
                log.warn(
                        "Reading {} {} (boundary): the role cannot see other roles' transactions, so it is assumed that"
                                + " none is open for longer. GRANT pg_read_all_stats to the role to make sure",
                        table,
                        distance);
            case STANDBY ->
                log.warn(
                        "Reading {} {} (boundary): the server is a standby, so it is assumed that no transaction of its"
                                + " primary is open for longer and that it lags by less",
                        table,
                        distance);
            case SUBSCRIBED ->
                log.warn(
                        "Reading {} {} (boundary): a subscription writes to the table, so it is assumed that no row"
                                + " arrives later than that",
                        table,
                        distance);
        }
    }

    /** @param prepared its name; empty when there is none any more */
    static void logPrepared(Logger log, TableId table, String prepared) {
        if (prepared.isEmpty()) {
            log.info("Reading {} goes on: no transaction is prepared any more", table);
            return;
        }
        log.warn(
                "Reading {} stands still: transaction '{}' is prepared, and nobody can tell which rows it will bring."
                        + " Run COMMIT PREPARED or ROLLBACK PREPARED",
                table,
                prepared);
    }
}
