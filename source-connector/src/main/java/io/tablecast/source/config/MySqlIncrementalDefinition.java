// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import static io.tablecast.source.config.SourceKeys.BATCH_MAX_ROWS;
import static io.tablecast.source.config.SourceKeys.BOUNDARY;
import static io.tablecast.source.config.SourceKeys.CONTROL_COLUMN;
import static io.tablecast.source.config.SourceKeys.CONTROL_TIMEZONE;
import static io.tablecast.source.config.SourceKeys.DST_PAUSE;
import static io.tablecast.source.config.SourceKeys.START_VALUE;
import static org.apache.kafka.common.config.ConfigDef.Importance.LOW;
import static org.apache.kafka.common.config.ConfigDef.Importance.MEDIUM;

import io.tablecast.source.config.SourceDefinition.Definer;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Range;

/** The settings of mode {@code incremental} of the MySQL source. */
final class MySqlIncrementalDefinition {

    private MySqlIncrementalDefinition() {}

    static void define(Definer definer) {
        definer.group("Incremental reading");
        definer.key(CONTROL_COLUMN, ConfigDef.Type.STRING, "", null, MEDIUM, "Control column")
                .tableDoc(
                        CONTROL_COLUMN,
                        "Column of mode incremental by which new and changed rows are found: a timestamp, datetime,"
                                + " date or integer that grows with each of them.");
        definer.key(CONTROL_TIMEZONE, ConfigDef.Type.STRING, "UTC", ConfigChecks.TIMEZONE, MEDIUM, "Time zone")
                .tableDoc(
                        CONTROL_TIMEZONE,
                        "Time zone in which writers fill a control column of type datetime or date, for example"
                                + " Europe/Rome; a timestamp needs none.");
        definer.key(BOUNDARY, ConfigDef.Type.LONG, null, ConfigChecks.BOUNDARY, MEDIUM, "Boundary")
                .tableDoc(
                        BOUNDARY,
                        "How far reading stays behind: milliseconds behind the server's clock and its open transactions,"
                                + " or a count behind the greatest integer. Unless set, 10000 where the user can see open"
                                + " transactions (PROCESS), else 600000; 0 for integers.");
        definer.key(START_VALUE, ConfigDef.Type.STRING, "", null, MEDIUM, "Start value")
                .tableDoc(
                        START_VALUE,
                        "Value of the control column at which reading begins, instead of a first copy of the whole"
                                + " table.");
        definer.key(DST_PAUSE, ConfigDef.Type.STRING, "00:30-02:30", ConfigChecks.DST_PAUSE, LOW, "Pause")
                .tableDoc(
                        DST_PAUSE,
                        "Two local times between which a control column of type datetime or date is not read on days"
                                + " when the clock changes, or off.");
        definer.key(BATCH_MAX_ROWS, ConfigDef.Type.INT, 10_000, Range.between(1, 1_000_000), LOW, "Batch size")
                .tableDoc(BATCH_MAX_ROWS, "How many rows of a table are read by one query in mode incremental.");
    }
}
