// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static java.util.stream.Collectors.toMap;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.MySqlDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.common.metrics.internals.PluginMetricsImpl;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** A source task as a worker drives it, in the test's own thread. Records are acknowledged when they are polled, unless Kafka is lost. */
final class TaskRun implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final SourceTask task;
    private final StoredOffsets offsets;
    private final List<SourceRecord> polled = new ArrayList<>();
    private final List<SourceRecord> unacknowledged = new ArrayList<>();
    private final Metrics workerMetrics = new Metrics();
    private boolean isKafkaAway;

    private TaskRun(Map<String, String> properties, StoredOffsets offsets) {
        this.offsets = offsets;
        this.task = MySqlSourceConnector.class.getName().equals(properties.get("connector.class"))
                ? new MySqlSourceTask()
                : new PostgresSourceTask();
        task.initialize(new Context(
                properties, offsets, new PluginMetricsImpl(workerMetrics, new LinkedHashMap<>(Map.of("task", "0")))));
        task.start(properties);
    }

    static TaskRun start(Map<String, String> properties, StoredOffsets offsets) {
        return new TaskRun(properties, offsets);
    }

    /** A task of its own for the given tables of a database, in mode snapshot unless more properties say otherwise. */
    static Map<String, String> properties(Database database, Map<String, String> more, TableId... tables) {
        Map<String, String> properties = new HashMap<>(connection(database));
        properties.putAll(more);
        return TaskSettings.properties(properties, 0, Arrays.asList(tables));
    }

    /** A task of its own for the given tables of a MySQL or MariaDB database, in mode binlog. */
    static Map<String, String> properties(MySqlDatabase database, Map<String, String> more, String... tables) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "name",
                "test-" + database.name(),
                "connector.class",
                MySqlSourceConnector.class.getName(),
                "connection.url",
                database.server().jdbcUrl(),
                "connection.user",
                database.user(),
                "connection.password",
                database.password(),
                "topic.prefix",
                "erp",
                "mode",
                "binlog",
                "table.include.list",
                database.name() + "\\..*"));
        properties.putAll(more);
        return TaskSettings.properties(
                properties,
                0,
                Arrays.stream(tables)
                        .map(table -> new TableId(database.name(), table))
                        .toList());
    }

    /** The configuration of a connector for all tables of a database. */
    static Map<String, String> connection(Database database) {
        return new HashMap<>(Map.of(
                "name",
                "test-" + database.name(),
                "connector.class",
                PostgresSourceConnector.class.getName(),
                "connection.url",
                database.jdbcUrl(),
                "connection.user",
                database.user(),
                "connection.password",
                database.password(),
                "topic.prefix",
                "erp",
                "mode",
                "snapshot",
                "table.include.list",
                ".*",
                "on.table.error",
                "fail"));
    }

    SourceTask task() {
        return task;
    }

    /** Polls until the records polled so far meet the condition. */
    List<SourceRecord> pollUntil(String what, Predicate<List<SourceRecord>> condition) {
        Conditions.await(PATIENCE, () -> what + " after " + polled.size() + " records", () -> {
            poll();
            return condition.test(polled);
        });
        return List.copyOf(polled);
    }

    /** Polls until so many snapshots have ended. */
    List<SourceRecord> pollSnapshots(int count) {
        return pollUntil(
                count + " snapshot ends",
                records -> records.stream().filter(TaskRun::isEnd).count() >= count);
    }

    /** Forgets what was polled so far. */
    void forget() {
        polled.clear();
    }

    /** What the worker shows of a table. */
    double metric(TableId table, String name) {
        return workerMetrics.metrics().entrySet().stream()
                .filter(metric -> metric.getKey().name().equals(name)
                        && table.toString().equals(metric.getKey().tags().get("table")))
                .mapToDouble(metric -> (Double) metric.getValue().metricValue())
                .findAny()
                .orElseThrow(() -> new AssertionError("No metric " + name + " of " + table));
    }

    @Override
    public void close() {
        task.stop();
        workerMetrics.close();
    }

    static boolean isEnd(SourceRecord record) {
        return RecordHeaders.end(record.headers()).isPresent();
    }

    static List<SourceRecord> ofTopic(List<SourceRecord> records, String topic) {
        return records.stream().filter(record -> record.topic().equals(topic)).toList();
    }

    static Struct envelope(SourceRecord record) {
        return (Struct) record.value();
    }

    static Struct after(SourceRecord record) {
        return envelope(record).getStruct("after");
    }

    /** The rows of a snapshot, by a field of theirs. */
    static Map<Object, Struct> rows(List<SourceRecord> records, String key) {
        return records.stream()
                .filter(record -> envelope(record).getString("op").equals("r"))
                .map(TaskRun::after)
                .collect(toMap(row -> row.get(key), row -> row));
    }

    /** From now on nothing that is polled is acknowledged. */
    void loseKafka() {
        isKafkaAway = true;
    }

    /** Acknowledges all that was polled, and all that will be. */
    void findKafka() throws InterruptedException {
        isKafkaAway = false;
        acknowledge();
    }

    private void acknowledge() throws InterruptedException {
        for (SourceRecord record : unacknowledged) {
            offsets.acknowledge(record);
            task.commitRecord(record, new RecordMetadata(new TopicPartition(record.topic(), 0), 0, 0, 0, 0, 0));
        }
        unacknowledged.clear();
    }

    private void poll() throws InterruptedException {
        List<SourceRecord> records = task.poll();
        if (records == null) {
            return;
        }
        polled.addAll(records);
        unacknowledged.addAll(records);
        if (!isKafkaAway) {
            acknowledge();
        }
    }

    record Context(Map<String, String> configs, OffsetStorageReader offsetStorageReader, PluginMetrics pluginMetrics)
            implements SourceTaskContext {}
}
