// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import static java.util.Objects.requireNonNull;

/**
 * The marker on the last record of a snapshot (header {@link RecordHeaders#SNAPSHOT_END}).
 *
 * @param rows how many rows were sent between begin and end, the last one included
 */
public record SnapshotEnd(String id, long rows) {
    public SnapshotEnd {
        requireNonNull(id, "id is null");
    }
}
