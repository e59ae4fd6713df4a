// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.metadata;

import org.apache.kafka.connect.errors.ConnectException;

/**
 * A destination table is another connector's, or cannot take what has come because of another source table that is written
 * to it. It concerns this table alone; somebody has to act, no retry helps.
 */
public final class TableTakenException extends ConnectException {

    private static final long serialVersionUID = 1L;

    TableTakenException(String message) {
        super(message);
    }
}
