// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import io.tablecast.contract.record.SourceInfo;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.config.TableNaming;
import io.tablecast.sink.structure.Names;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.sink.SinkRecord;

/** The destination tables of records, each looked up once. For use by one thread. */
final class DestinationNames {

    private final TableNaming naming;
    private final Map<String, Map<TableId, TableId>> bySource = new HashMap<>();
    private final Map<String, TableId> byTopic = new HashMap<>();
    private final Map<KeySchema, TableId> byKey = new HashMap<>();
    private Schema lastKey;
    private String lastTopic = "";

    DestinationNames(TableNaming naming) {
        this.naming = naming;
    }

    /**
     * Where a record goes. One without a source block, such as a tombstone, goes where the records with the same key
     * schema go, because a topic's name need not be the table's.
     */
    TableId of(SinkRecord sinkRecord, SourceInfo source) {
        Optional<TableId> table = source.table();
        if (table.isEmpty()) {
            TableId alike = byKey.get(new KeySchema(sinkRecord.topic(), sinkRecord.keySchema()));
            return alike == null ? ofTopic(sinkRecord.topic()) : alike;
        }
        TableId destination = ofSource(sinkRecord.topic(), table.get());
        remember(sinkRecord, destination);
        return destination;
    }

    private void remember(SinkRecord sinkRecord, TableId destination) {
        if (sinkRecord.keySchema() == lastKey && sinkRecord.topic().equals(lastTopic)) {
            return;
        }
        lastKey = sinkRecord.keySchema();
        lastTopic = sinkRecord.topic();
        byKey.put(new KeySchema(lastTopic, lastKey), destination);
    }

    private record KeySchema(String topic, Schema schema) {}

    private TableId ofSource(String topic, TableId table) {
        return bySource.computeIfAbsent(topic, missing -> new HashMap<>())
                .computeIfAbsent(table, missing -> Names.fit(naming.destination(topic, table)));
    }

    /** Where a record goes that says nothing of its source. */
    TableId ofTopic(String topic) {
        return byTopic.computeIfAbsent(
                topic,
                missing -> naming.destination(topic)
                        .map(Names::fit)
                        .orElseThrow(() -> new ConnectException("Cannot tell the destination schema of topic \"" + topic
                                + "\": its records have no source block and its name has no dot. Set table.name.format,"
                                + " for example public.${table}.")));
    }
}
