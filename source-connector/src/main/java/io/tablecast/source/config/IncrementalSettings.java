// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.ZoneId;

/**
 * How a table is read in mode {@code incremental}.
 *
 * @param controlColumn empty when none is named
 * @param zone of control values without zone
 * @param boundary milliseconds, or a count for integers; {@link #UNSET} when it goes by what the role can see
 * @param startValue empty when the table is copied first
 * @param lateRowsCheckInterval zero when late rows are not looked for
 */
public record IncrementalSettings(
        String controlColumn,
        ZoneId zone,
        long boundary,
        String startValue,
        DstPause dstPause,
        Duration lateRowsCheckInterval) {

    /** No boundary is set. */
    public static final long UNSET = -1;

    public IncrementalSettings {
        requireNonNull(controlColumn, "controlColumn is null");
        requireNonNull(zone, "zone is null");
        requireNonNull(startValue, "startValue is null");
        requireNonNull(dstPause, "dstPause is null");
        requireNonNull(lateRowsCheckInterval, "lateRowsCheckInterval is null");
    }

    /** The boundary, or another one where none is set. */
    public long boundaryOr(long other) {
        return boundary == UNSET ? other : boundary;
    }
}
