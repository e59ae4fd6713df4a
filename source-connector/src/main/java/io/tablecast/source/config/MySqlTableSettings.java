// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.Operation;
import java.util.Set;

/**
 * The settings of one table of a MySQL source: the connector's, with the table's own in their place.
 *
 * @param topic the table's topic, empty for the usual name
 */
public record MySqlTableSettings(String topic, Set<Operation> skippedOperations, SnapshotMode snapshotMode) {
    public MySqlTableSettings {
        requireNonNull(topic, "topic is null");
        requireNonNull(snapshotMode, "snapshotMode is null");
        skippedOperations = Set.copyOf(skippedOperations);
    }

    public boolean skips(Operation operation) {
        return skippedOperations.contains(operation);
    }
}
