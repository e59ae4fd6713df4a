// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.postgres;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;

/**
 * A table that the include list matches.
 *
 * @param pages how large the server last knew it to be, its partitions included; 0 for what is not stored
 */
public record CapturedTable(TableId id, long pages) {
    public CapturedTable {
        requireNonNull(id, "id is null");
    }
}
