// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * When a task writes what it has gathered: as soon as rows, bytes or time are reached.
 *
 * @param bytes of values, roughly counted
 * @param linger since the oldest record came
 * @param parentWait how long rows without their parents wait for them
 */
public record BatchSettings(int rows, long bytes, Duration linger, Duration parentWait) {
    public BatchSettings {
        requireNonNull(linger, "linger is null");
        requireNonNull(parentWait, "parentWait is null");
    }
}
