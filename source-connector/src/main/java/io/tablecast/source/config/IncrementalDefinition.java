// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import static io.tablecast.source.config.SourceKeys.BOUNDARY;
import static io.tablecast.source.config.SourceKeys.CONTROL_COLUMN;
import static io.tablecast.source.config.SourceKeys.CONTROL_TIMEZONE;
import static io.tablecast.source.config.SourceKeys.DST_PAUSE;
import static io.tablecast.source.config.SourceKeys.LATE_ROWS_CHECK_INTERVAL_MS;
import static io.tablecast.source.config.SourceKeys.START_VALUE;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import io.tablecast.source.config.SourceDefinition.Definer;
import org.apache.kafka.common.config.ConfigDef;

/** The settings of mode {@code incremental}. */
final class IncrementalDefinition {

    private IncrementalDefinition() {}

    static void define(Definer definer) {
        definer.group("Incremental reading");
        definer.key(CONTROL_COLUMN, ConfigDef.Type.STRING, "", null, MEDIUM, "Control column")
                .tableDoc(
                        CONTROL_COLUMN,
                        "Column of mode incremental by which new and changed rows are found: a time,"
                                + " date or integer that grows with each of them.");
        definer.key(CONTROL_TIMEZONE, ConfigDef.Type.STRING, "UTC", ConfigChecks.TIMEZONE, MEDIUM, "Time zone")
                .tableDoc(
                        CONTROL_TIMEZONE,
                        "Time zone in which writers fill a control column without zone, for" + " example Europe/Rome.");
        definer.key(BOUNDARY, ConfigDef.Type.LONG, null, ConfigChecks.BOUNDARY, MEDIUM, "Boundary")
                .tableDoc(
                        BOUNDARY,
                        "How far reading stays behind: milliseconds behind the database's clock, or a"
                                + " count behind the greatest integer. Unless set, 0 where the role can see open"
                                + " transactions (pg_read_all_stats), else 600000; 0 for integers.");
        definer.key(START_VALUE, ConfigDef.Type.STRING, "", null, MEDIUM, "Start value")
                .tableDoc(
                        START_VALUE,
                        "Value of the control column at which reading begins, instead of a first copy of"
                                + " the whole table.");
        definer.key(DST_PAUSE, ConfigDef.Type.STRING, "00:30-02:30", ConfigChecks.DST_PAUSE, LOW, "Pause")
                .tableDoc(
                        DST_PAUSE,
                        "Two local times between which a control column without zone is not read on days"
                                + " when the clock changes, or off.");
        definer.key(
                        LATE_ROWS_CHECK_INTERVAL_MS,
                        ConfigDef.Type.LONG,
                        0L,
                        ConfigDef.Range.atLeast(0),
                        LOW,
                        "Check for late rows")
                .tableDoc(
                        LATE_ROWS_CHECK_INTERVAL_MS,
                        "Milliseconds between looks at the whole table for rows that came with a"
                                + " control value that was already read; 0 never looks.");
    }
}
