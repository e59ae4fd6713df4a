// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.metrics.ControlMetrics;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;

/** Tells log and metrics when a prepared transaction begins to hold reading back, and when it ends. */
final class PreparedHold {

    private final Logger log;
    private final TableId table;
    private final ControlMetrics metrics;
    private String holder = "";

    PreparedHold(Logger log, TableId table, ControlMetrics metrics) {
        this.log = log;
        this.table = table;
        this.metrics = metrics;
    }

    /** Whether a transaction is prepared. To be asked after the sessions, see {@link SourceActivity}. */
    boolean isHeld(Connection connection) throws SQLException {
        String now = SourceActivity.preparedTransaction(connection).orElse("");
        if (!now.equals(holder)) {
            holder = now;
            Assumption.logPrepared(log, table, now);
        }
        if (now.isEmpty()) {
            metrics.released();
            return false;
        }
        metrics.held();
        return true;
    }
}
