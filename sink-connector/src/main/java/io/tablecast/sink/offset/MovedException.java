// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.offset;

import org.apache.kafka.connect.errors.ConnectException;

/**
 * Offsets stand elsewhere than expected although nobody else has claimed them: an earlier transaction of the same task,
 * whose COMMIT was not answered, has happened after all.
 */
public final class MovedException extends ConnectException {

    private static final long serialVersionUID = 1L;

    MovedException() {
        super("The stored offsets were moved by an earlier transaction of this task");
    }
}
