// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An offset of a connector as the REST interface shows and takes it.
 *
 * @param partition values are text or numbers
 * @param offset values are text, numbers or booleans, or null where the connector stored one; an empty map in a request
 *     deletes the offset of the partition
 */
public record ConnectorOffset(Map<String, Object> partition, Map<String, Object> offset) {
    public ConnectorOffset {
        // Not Map.copyOf: what a connector stores may hold nulls.
        partition = Collections.unmodifiableMap(new LinkedHashMap<>(partition));
        offset = Collections.unmodifiableMap(new LinkedHashMap<>(offset));
    }
}
