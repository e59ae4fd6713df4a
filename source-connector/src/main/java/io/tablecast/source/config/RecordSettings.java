// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.record.SchemaNames;
import io.tablecast.contract.type.TypeModes;

/**
 * What records look like.
 *
 * @param tombstones whether each delete is followed by a record without a value
 */
public record RecordSettings(String topicPrefix, TypeModes types, SchemaNames schemaNames, boolean tombstones) {
    public RecordSettings {
        requireNonNull(topicPrefix, "topicPrefix is null");
        requireNonNull(types, "types is null");
        requireNonNull(schemaNames, "schemaNames is null");
    }
}
