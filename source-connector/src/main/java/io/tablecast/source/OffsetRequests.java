// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.offset.InvalidOffset;
import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.SourceKeys;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.SourceFailures;
import io.tablecast.source.queue.QueueOffsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;

/** Checks offsets that a user sends. Tables that are no longer captured are accepted, so that theirs can be deleted. */
final class OffsetRequests {

    private final Map<String, String> properties;
    private final List<String> faults = new ArrayList<>();
    private final Map<TableId, TableOffset.Window> windows = new HashMap<>();

    private OffsetRequests(Map<String, String> properties) {
        this.properties = properties;
    }

    /**
     * Checks all of them. Positions in queues are also checked against the source.
     *
     * @throws ConnectException naming every fault of every map
     */
    static void check(Map<String, String> properties, Map<Map<String, ?>, Map<String, ?>> offsets) {
        OffsetRequests requests = new OffsetRequests(properties);
        offsets.forEach(requests::read);
        requests.checkWindows();
        if (!requests.faults.isEmpty()) {
            throw new ConnectException(String.join(" ", requests.faults));
        }
    }

    private void read(Map<String, ?> partition, Map<String, ?> offset) {
        try {
            TableId table = table(partition);
            // No offset means: copy the table again.
            if (offset != null && OffsetCodec.decode(offset) instanceof TableOffset.Window window) {
                windows.put(table, window);
            }
        } catch (InvalidOffset e) {
            faults.add(e.getMessage());
        }
    }

    private TableId table(Map<String, ?> partition) {
        SourcePartition named = SourcePartition.of(partition);
        String prefix = properties.getOrDefault(SourceKeys.TOPIC_PREFIX, "");
        if (!named.topicPrefix().equals(prefix)) {
            throw new InvalidOffset("Source partition " + partition + " belongs to topic.prefix \""
                    + named.topicPrefix() + "\"; this connector's is \"" + prefix + "\".");
        }
        // Connect compares partitions as they are written, and would never find another spelling again.
        if (!named.toMap().equals(partition)) {
            throw new InvalidOffset(
                    "Source partition " + partition + " must be written as it is stored: " + named.toMap() + ".");
        }
        return named.table();
    }

    private void checkWindows() {
        if (windows.isEmpty()) {
            return;
        }
        SourceSettings settings = SourceSettings.parse(properties);
        try {
            faults.addAll(new QueueOffsets(settings).faults(windows));
        } catch (SQLException e) {
            throw SourceFailures.of(
                    "Cannot check the offsets against the queues", new Connections(settings.connection()), e);
        }
    }
}
