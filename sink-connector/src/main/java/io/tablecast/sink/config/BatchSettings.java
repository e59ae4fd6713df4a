// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * When a task writes what it has gathered: as soon as one of these is reached.
 *
 * @param bytes of values, roughly counted
 * @param linger since the oldest record came
 */
public record BatchSettings(int rows, long bytes, Duration linger) {
    public BatchSettings {
        requireNonNull(linger, "linger is null");
    }
}
