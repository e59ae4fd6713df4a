// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.table.TableId;
import java.time.Duration;

/**
 * A load of which nothing stayed.
 *
 * @param rows how many rows were sent to the database before
 */
public record LoadFailure(TableId table, String snapshotId, long rows, Duration elapsed, Exception cause) {

    public LoadFailure {
        requireNonNull(table, "table is null");
        requireNonNull(snapshotId, "snapshotId is null");
        requireNonNull(elapsed, "elapsed is null");
        requireNonNull(cause, "cause is null");
    }
}
