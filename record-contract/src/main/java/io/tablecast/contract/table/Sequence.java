// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.table;

import static java.util.Objects.requireNonNull;

/**
 * A sequence that feeds a column (serial, identity or auto_increment).
 *
 * @param name the sequence's own name, {@code schema.sequence}; empty where the source has none (auto_increment)
 * @param lastValue the value handed out last when the structure was read; the next insert at the source gets more
 */
public record Sequence(String column, String name, long lastValue) {

    public Sequence {
        requireNonNull(column, "column is null");
        requireNonNull(name, "name is null");
    }
}
