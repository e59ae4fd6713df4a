// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import java.sql.SQLException;
import java.time.Duration;

/** What is missing for these changes may be in records that have not come yet. */
final class WaitForMoreException extends Exception {

    private static final long serialVersionUID = 1L;

    // The other half of a swap is near.
    private static final Duration UNIQUE_LIMIT = Duration.ofSeconds(5);

    WaitForMoreException(SQLException cause) {
        super(cause.getMessage(), cause);
    }

    /**
     * How long it is worth waiting.
     *
     * @param ofParents for parents, which may come by another partition, from far behind
     */
    Duration limit(Duration ofParents) {
        return ((SQLException) getCause()).getSQLState().equals("23503") ? ofParents : UNIQUE_LIMIT;
    }
}
