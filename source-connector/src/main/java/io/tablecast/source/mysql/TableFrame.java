// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.SchemaNames;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure.DatabaseKind;
import io.tablecast.source.config.MySqlTableSettings;
import io.tablecast.source.mysql.type.MySqlModes;
import java.time.Clock;

/** What all layouts of one table share. */
record TableFrame(
        TableId table,
        DatabaseKind database,
        MySqlTableSettings settings,
        String topic,
        SchemaNames schemaNames,
        MySqlModes modes,
        Clock clock) {
    TableFrame {
        requireNonNull(table, "table is null");
        requireNonNull(database, "database is null");
        requireNonNull(settings, "settings is null");
        requireNonNull(topic, "topic is null");
        requireNonNull(schemaNames, "schemaNames is null");
        requireNonNull(modes, "modes is null");
        requireNonNull(clock, "clock is null");
    }
}
