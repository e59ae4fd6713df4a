// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

import static java.util.Objects.requireNonNull;

import io.tablecast.sink.metadata.LoadRecords;
import java.time.Duration;

/**
 * What the metadata schema keeps of the past.
 *
 * @param retention for how long; zero for ever
 */
public record HistorySettings(LoadRecords.RunLog runLog, Duration retention) {
    public HistorySettings {
        requireNonNull(runLog, "runLog is null");
        requireNonNull(retention, "retention is null");
    }
}
