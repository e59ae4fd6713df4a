// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.testing.MySqlDatabase;
import java.util.List;
import org.apache.kafka.connect.source.SourceRecord;

/** What tests look for among the records of mode binlog. */
final class BinlogRecords {

    /** What the row holds that a test writes last. */
    static final String LAST = "the last row";

    private BinlogRecords() {}

    static boolean haveLast(List<SourceRecord> records) {
        return records.stream()
                .anyMatch(record -> String.valueOf(record.value()).contains(LAST));
    }

    /** Those that are no heartbeats. */
    static List<SourceRecord> dataOf(List<SourceRecord> records) {
        return records.stream()
                .filter(record -> !record.topic().startsWith("__"))
                .toList();
    }

    static List<SourceRecord> ofTable(List<SourceRecord> records, MySqlDatabase database, String table) {
        return TaskRun.ofTopic(records, "erp." + database.name() + "." + table);
    }

    static String operation(SourceRecord record) {
        return record.value() == null ? "tombstone" : TaskRun.envelope(record).getString("op");
    }

    /** The operation and the first column of the row. */
    static String text(SourceRecord record) {
        if (record.value() == null || record.topic().startsWith("__")) {
            return "nothing";
        }
        String operation = TaskRun.envelope(record).getString("op");
        return TaskRun.envelope(record).getStruct("after") == null
                ? operation
                : operation + " "
                        + TaskRun.after(record)
                                .get(TaskRun.after(record).schema().fields().get(0));
    }
}
