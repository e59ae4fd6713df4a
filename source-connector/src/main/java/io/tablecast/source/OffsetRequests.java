// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.offset.InvalidOffset;
import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.source.config.SourceKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;

/** Checks offsets that a user sends. Tables that are no longer captured are accepted, so that theirs can be deleted. */
final class OffsetRequests {

    private OffsetRequests() {}

    /** @throws ConnectException naming every fault of every map */
    static void check(Map<String, String> properties, Map<Map<String, ?>, Map<String, ?>> offsets) {
        String prefix = properties.getOrDefault(SourceKeys.TOPIC_PREFIX, "");
        List<String> faults = new ArrayList<>();
        offsets.forEach((partition, offset) -> {
            try {
                checkPartition(prefix, partition);
                // No offset means: copy the table again.
                if (offset != null) {
                    OffsetCodec.decode(offset);
                }
            } catch (InvalidOffset e) {
                faults.add(e.getMessage());
            }
        });
        if (!faults.isEmpty()) {
            throw new ConnectException(String.join(" ", faults));
        }
    }

    private static void checkPartition(String prefix, Map<String, ?> partition) {
        String named = SourcePartition.of(partition).topicPrefix();
        if (!named.equals(prefix)) {
            throw new InvalidOffset("Source partition " + partition + " belongs to topic.prefix \"" + named
                    + "\"; this connector's is \"" + prefix + "\".");
        }
    }
}
