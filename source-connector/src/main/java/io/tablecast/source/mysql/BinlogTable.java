// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.source.config.MySqlTableSettings;
import java.util.Map;

/**
 * A table of a MySQL or MariaDB server that a task reads.
 *
 * @param topic where its records go
 * @param offset what Connect has stored for it; empty when it was never read
 */
public record BinlogTable(
        SourcePartition partition, MySqlTableSettings settings, String topic, Map<String, Object> offset) {
    public BinlogTable {
        requireNonNull(partition, "partition is null");
        requireNonNull(settings, "settings is null");
        requireNonNull(topic, "topic is null");
        offset = Map.copyOf(offset);
    }
}
