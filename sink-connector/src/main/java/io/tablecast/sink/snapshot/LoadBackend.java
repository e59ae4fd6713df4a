// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.snapshot;

import static java.util.Objects.requireNonNull;

import java.time.OffsetDateTime;

/**
 * The server process that runs a load.
 *
 * @param startedAt when it began, as {@code pg_stat_activity.backend_start} says: process ids are used again
 */
public record LoadBackend(int pid, OffsetDateTime startedAt) {
    public LoadBackend {
        requireNonNull(startedAt, "startedAt is null");
    }
}
