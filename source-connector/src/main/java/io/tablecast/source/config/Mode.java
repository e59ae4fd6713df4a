// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

/** How a table is read ({@code mode}). */
public enum Mode {
    /** The whole table, again and again. */
    SNAPSHOT,
    /** A first copy, then the rows whose control column has moved on. */
    INCREMENTAL,
    /** A first copy, then every change, by triggers that write to a queue table. */
    QUEUE;

    /** The spelling in configurations, offsets and markers. */
    public String configName() {
        return Spelling.of(this);
    }
}
