// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.check;

import io.tablecast.contract.record.Operation;
import io.tablecast.source.config.ConfigReport;
import io.tablecast.source.config.SourceKeys;
import io.tablecast.source.incremental.ControlColumn;
import io.tablecast.source.incremental.UnusableControlException;
import io.tablecast.source.postgres.SourceTable;
import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What mode {@code incremental} needs: a control column that can serve. */
final class ControlChecks {

    private static final Logger LOG = LoggerFactory.getLogger(ControlChecks.class);

    private final ConfigReport report;
    private final Connection connection;

    ControlChecks(ConfigReport report, Connection connection) {
        this.report = report;
        this.connection = connection;
    }

    void check(SourceTable table) throws SQLException {
        if (table.settings().skips(Operation.UPDATE)) {
            report.error(
                    report.keyOf(table.id(), SourceKeys.SKIP_OPERATIONS),
                    "Without u nothing of " + table.id() + " would be sent after its first copy: mode incremental sends"
                            + " new and changed rows as u. Remove it.");
        }
        try {
            ControlColumn control = ControlColumn.find(connection, table);
            checkStartValue(table, control);
            ControlColumn.missingIndex(table, control.name())
                    .forEach(statement -> LOG.warn(
                            "No index of {} begins with its control column \"{}\", so every poll reads the whole table."
                                    + " Run {}",
                            table.id(),
                            control.name(),
                            statement));
        } catch (UnusableControlException e) {
            report.error(report.keyOf(table.id(), e.key()), e.getMessage());
        }
    }

    private void checkStartValue(SourceTable table, ControlColumn control) {
        String start = table.settings().incremental().startValue();
        if (!start.isEmpty() && !control.type().reads(start)) {
            report.error(
                    report.keyOf(table.id(), SourceKeys.START_VALUE),
                    "\"" + start + "\" is no value of control column \"" + control.name() + "\" of " + table.id()
                            + ". Expected " + control.type().description() + ".");
        }
    }
}
