// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Where queue tables live and who makes them.
 *
 * @param consumerMaxAge how long a consumer may stay away before the queue no longer keeps its rows
 */
public record QueueSettings(String schema, QueueSetupMode setup, Duration consumerMaxAge) {
    public QueueSettings {
        requireNonNull(schema, "schema is null");
        requireNonNull(setup, "setup is null");
        requireNonNull(consumerMaxAge, "consumerMaxAge is null");
    }
}
