// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.connect;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An offset of a source connector.
 *
 * @param offset empty when it is to be deleted
 */
public record StoredOffset(Map<String, Object> partition, Optional<Map<String, Object>> offset) {
    public StoredOffset {
        partition = Map.copyOf(partition);
        offset = offset.map(entries -> Collections.unmodifiableMap(new LinkedHashMap<>(entries)));
    }

    /** The same with entries added. */
    public StoredOffset with(Map<String, ?> more) {
        Map<String, Object> all = new LinkedHashMap<>(offset.orElse(Map.of()));
        all.putAll(more);
        return new StoredOffset(partition, Optional.of(all));
    }

    /** The request to delete it. */
    public StoredOffset deleted() {
        return new StoredOffset(partition, Optional.empty());
    }
}
