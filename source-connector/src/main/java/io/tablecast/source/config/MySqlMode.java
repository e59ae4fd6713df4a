// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

/** How a table of MySQL or MariaDB is read ({@code mode}). */
public enum MySqlMode {
    /** A first copy, then every change, by the binlog. */
    BINLOG,
    /** The whole table, again and again. */
    SNAPSHOT,
    /** A first copy, then new and changed rows, by a control column. */
    INCREMENTAL;

    /** The spelling in configurations, offsets and markers. */
    public String configName() {
        return Spelling.of(this);
    }
}
