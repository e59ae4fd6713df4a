// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.check;

import io.tablecast.contract.record.Operation;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.MySqlReport;
import io.tablecast.source.config.MySqlTableSettings;
import io.tablecast.source.config.SourceKeys;
import io.tablecast.source.incremental.UnusableControlException;
import io.tablecast.source.mysql.MySqlCatalog.Described;
import io.tablecast.source.mysql.MySqlControl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What mode {@code incremental} needs of a table of MySQL or MariaDB: a control column that can serve. */
final class MySqlControlChecks {

    private static final Logger LOG = LoggerFactory.getLogger(MySqlControlChecks.class);

    private final MySqlReport report;
    private final TableId table;
    private final MySqlTableSettings settings;

    MySqlControlChecks(MySqlReport report, TableId table, MySqlTableSettings settings) {
        this.report = report;
        this.table = table;
        this.settings = settings;
    }

    void check(Described described) {
        if (settings.skips(Operation.UPDATE)) {
            report.error(
                    report.keyOf(table, SourceKeys.SKIP_OPERATIONS),
                    "Without u nothing of " + table + " would be sent after its first copy: mode incremental sends new"
                            + " and changed rows as u. Remove it.");
        }
        try {
            MySqlControl control = MySqlControl.find(table, settings, described);
            checkStartValue(control);
            control.missingIndex(table, settings, described)
                    .ifPresent(statement -> LOG.warn(
                            "No index of {} begins with its control column \"{}\", so every look reads the whole table."
                                    + " Run {}",
                            table,
                            control.column().name(),
                            statement));
        } catch (UnusableControlException e) {
            report.error(report.keyOf(table, e.key()), e.getMessage());
        }
    }

    private void checkStartValue(MySqlControl control) {
        String start = settings.incremental().startValue();
        if (!start.isEmpty() && !control.type().reads(start)) {
            report.error(
                    report.keyOf(table, SourceKeys.START_VALUE),
                    "\"" + start + "\" is no value of control column \""
                            + control.column().name() + "\" of " + table + ". Expected "
                            + control.type().description() + ".");
        }
    }
}
