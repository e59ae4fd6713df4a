// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.status;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a destination's metadata tells of one table.
 *
 * @param lagSeconds how late the last change was applied
 * @param sourceTime when it had happened
 * @param incomplete why rows are missing, empty when none are
 */
record DestinationState(
        long rows,
        OptionalDouble lagSeconds,
        Optional<Instant> sourceTime,
        boolean wasWritten,
        String incomplete,
        Optional<RunningCopy> copy) {

    static final String QUARANTINED = "quarantined: ";

    /** A load that has begun and not ended. */
    record RunningCopy(String phase, long rows, double seconds) {}

    boolean isQuarantined() {
        return incomplete.startsWith(QUARANTINED);
    }
}
