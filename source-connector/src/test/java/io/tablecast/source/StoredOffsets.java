// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.offset.BinlogOffset;
import io.tablecast.contract.offset.BinlogOffset.Copy;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** Connect's offset store as tests need it: they say which records were acknowledged. */
final class StoredOffsets implements OffsetStorageReader {

    private final Map<Map<String, ?>, Map<String, Object>> offsets = new ConcurrentHashMap<>();

    @SuppressWarnings("unchecked")
    void acknowledge(SourceRecord record) {
        offsets.put(record.sourcePartition(), (Map<String, Object>) record.sourceOffset());
    }

    void store(Map<String, ?> partition, Map<String, Object> offset) {
        offsets.put(partition, offset);
    }

    /** As if a run of mode binlog had ended in a copy of which nothing was read. */
    void cutCopy(Map<String, ?> partition) {
        BinlogOffset reached = BinlogOffset.of(of(partition));
        store(
                partition,
                new BinlogOffset(
                                reached.system(),
                                reached.file(),
                                reached.position(),
                                reached.gtids(),
                                "",
                                0,
                                Optional.empty(),
                                Optional.of(new Copy("cut", "", 0, Copy.Stage.READING)),
                                reached.structure(),
                                "")
                        .toMap());
    }

    void delete(Map<String, ?> partition) {
        offsets.remove(partition);
    }

    Map<String, Object> of(Map<String, ?> partition) {
        return offsets.getOrDefault(partition, Map.of());
    }

    @Override
    public <T> Map<String, Object> offset(Map<String, T> partition) {
        return offsets.get(partition);
    }

    @Override
    public <T> Map<Map<String, T>, Map<String, Object>> offsets(Collection<Map<String, T>> partitions) {
        Map<Map<String, T>, Map<String, Object>> found = new HashMap<>();
        partitions.forEach(partition -> found.put(partition, offsets.get(partition)));
        return found;
    }
}
