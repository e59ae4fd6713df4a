// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.record;

import static java.util.Objects.requireNonNull;

/**
 * Which rows of a snapshot a record holds (header {@link RecordHeaders#SNAPSHOT_ROWS}). Its value is their bytes in the
 * binary format of COPY, one row behind the other, without header and trailer.
 *
 * @param id the snapshot
 * @param first the ordinal of the first row; ordinals count from 1
 * @param rows how many there are; none in the record that only begins a snapshot
 * @param time when the snapshot was taken, in microseconds since the epoch
 */
public record SnapshotRows(String id, long first, long rows, long time) {
    public SnapshotRows {
        requireNonNull(id, "id is null");
    }
}
