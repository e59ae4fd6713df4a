// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.status;

import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * A copy that is being loaded into its destination.
 *
 * @param phase what is done at this moment
 * @param rows how many have been loaded
 * @param estimatedRows how many the source has, as far as is known
 * @param seconds for how long it has been loading
 */
public record CopyProgress(String phase, long rows, OptionalLong estimatedRows, double seconds) {

    /** The part that is done, at most 1. */
    public OptionalDouble part() {
        if (estimatedRows.isEmpty() || estimatedRows.getAsLong() <= 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(Math.min(1, rows / (double) estimatedRows.getAsLong()));
    }

    public OptionalDouble rowsPerSecond() {
        return seconds > 0 && rows > 0 ? OptionalDouble.of(rows / seconds) : OptionalDouble.empty();
    }

    /** How long the rest will take at this rate. */
    public OptionalDouble secondsLeft() {
        if (rowsPerSecond().isEmpty() || estimatedRows.isEmpty() || estimatedRows.getAsLong() < rows) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(
                (estimatedRows.getAsLong() - rows) / rowsPerSecond().getAsDouble());
    }
}
