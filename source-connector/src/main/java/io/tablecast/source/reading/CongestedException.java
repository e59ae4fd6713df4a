// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.reading;

import java.time.Duration;

/**
 * Nobody takes records any more, and a transaction of the source is open: a reader gives it up, so that the source is not
 * kept from cleaning up behind itself, waits for {@link RecordBuffer#awaitRoom} and reads on.
 */
public final class CongestedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** The buffer was full for so long. */
    public CongestedException(Duration patience) {
        super("No records were taken for " + patience.toSeconds()
                + " s: Kafka cannot be reached, or the connector is paused");
    }
}
