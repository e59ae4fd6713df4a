// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;
import org.apache.kafka.connect.source.SourceRecord;

/** A table {@code shop.item} that tests follow by its control column, through as many tasks as they like. */
final class IncrementalRun implements AutoCloseable {

    static final TableId ITEM = new TableId("shop", "item");
    static final Map<String, String> PARTITION = new SourcePartition("erp", ITEM).toMap();

    private final Database database;
    private final Map<String, String> properties;
    private final StoredOffsets offsets = new StoredOffsets();
    private TaskRun run;

    private IncrementalRun(Database database, Map<String, String> properties) {
        this.database = database;
        this.properties = properties;
    }

    /** Starts a task. */
    static IncrementalRun start(Database database, String controlColumn, Map<String, String> more) {
        Map<String, String> properties =
                new HashMap<>(Map.of("mode", "incremental", "control.column", controlColumn, "poll.interval.ms", "50"));
        properties.putAll(more);
        IncrementalRun started = new IncrementalRun(database, properties);
        started.begin();
        return started;
    }

    /** Ends the task, and starts another one with the offsets of the records that were polled. */
    void restart() {
        restart(Map.of());
    }

    /** The same with more entries in the stored offset. */
    void restart(Map<String, Object> requests) {
        close();
        if (!requests.isEmpty()) {
            Map<String, Object> asked = new HashMap<>(offset());
            asked.putAll(requests);
            offsets.store(PARTITION, asked);
        }
        begin();
    }

    /** Goes on with other settings. */
    void restartWith(Map<String, String> more) {
        properties.putAll(more);
        restart();
    }

    /** Forgets all acknowledged records after one, as if the worker had been killed. */
    void restartAfter(SourceRecord last) {
        close();
        offsets.acknowledge(last);
        begin();
    }

    /** Ends the task, deletes the table's offset and starts another one. */
    void repull() {
        close();
        offsets.store(PARTITION, Map.of());
        begin();
    }

    Map<String, Object> offset() {
        return offsets.of(PARTITION);
    }

    /** Polls once. */
    List<SourceRecord> pollSome() {
        return pollRecords("anything", records -> true);
    }

    /** Polls until the first copy, or another one, is there. */
    List<SourceRecord> pollCopy() {
        return pollRecords("an end of a copy", records -> records.stream().anyMatch(TaskRun::isEnd));
    }

    /** Polls until so many rows have come since the last call of a poll. */
    List<SourceRecord> pollRows(int count) {
        return pollRecords(
                count + " rows",
                records ->
                        records.stream().filter(record -> !isTruncate(record)).count() >= count);
    }

    /** Polls until the stored offset meets a condition. */
    void pollUntilOffset(String what, Predicate<Map<String, Object>> condition) {
        run.pollUntil(what, records -> condition.test(offset()));
        run.forget();
    }

    /** Polls until what the worker shows of the table meets a condition. */
    void pollUntilMetric(String name, DoublePredicate condition) {
        run.pollUntil(name, records -> condition.test(run.metric(ITEM, name)));
        run.forget();
    }

    /** The control value after which the next run starts, as the offset tells it. */
    Object after() {
        return offset().get(OffsetCodec.CONTROL_AFTER);
    }

    @Override
    public void close() {
        run.close();
    }

    private void begin() {
        run = TaskRun.start(TaskRun.properties(database, properties, ITEM), offsets);
    }

    private List<SourceRecord> pollRecords(String what, Predicate<List<SourceRecord>> condition) {
        List<SourceRecord> records = TaskRun.ofTopic(
                run.pollUntil(what, all -> condition.test(TaskRun.ofTopic(all, "erp.shop.item"))), "erp.shop.item");
        run.forget();
        return records;
    }

    private static boolean isTruncate(SourceRecord record) {
        return TaskRun.envelope(record).getString("op").equals("t");
    }

    static List<String> ops(List<SourceRecord> records) {
        return records.stream()
                .map(record -> TaskRun.envelope(record).getString("op"))
                .toList();
    }

    /** The values of a field of the rows, in the order of the records. */
    static List<Object> values(List<SourceRecord> records, String field) {
        return records.stream()
                .filter(record -> !isTruncate(record))
                .map(record -> TaskRun.after(record).get(field))
                .toList();
    }
}
