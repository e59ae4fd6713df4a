// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.record.RecordHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** What a destination has that merges the records of a table in their order. */
final class Replica {

    private final Map<Struct, Struct> rows = new HashMap<>();

    static Replica of(List<SourceRecord> records) {
        Replica replica = new Replica();
        records.forEach(replica::apply);
        return replica;
    }

    private void apply(SourceRecord record) {
        if (record.value() == null || record.topic().startsWith("__")) {
            return;
        }
        Struct envelope = TaskRun.envelope(record);
        Struct key = (Struct) record.key();
        switch (envelope.getString("op")) {
            case "t" -> {
                boolean isMarker = RecordHeaders.begin(record.headers()).isPresent()
                        || RecordHeaders.end(record.headers()).isPresent();
                if (!isMarker) {
                    rows.clear();
                }
            }
            case "d" -> rows.remove(key);
            default -> rows.put(key, envelope.getStruct("after"));
        }
    }

    int size() {
        return rows.size();
    }

    /** The rows as text, in the order of their keys as text. */
    List<String> texts() {
        Map<String, String> sorted = new TreeMap<>();
        rows.forEach((key, row) -> sorted.put(text(key), text(row)));
        return List.copyOf(sorted.values());
    }

    private static String text(Struct struct) {
        StringBuilder text = new StringBuilder();
        for (Field field : struct.schema().fields()) {
            text.append(text.isEmpty() ? "" : "|").append(struct.get(field));
        }
        return text.toString();
    }
}
