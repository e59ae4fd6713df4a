// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaNames;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.type.TypeModes;
import io.tablecast.source.config.ConnectionSettings;
import io.tablecast.source.config.QueueSettings;
import io.tablecast.source.config.QueueSetupMode;
import io.tablecast.source.config.RecordSettings;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.SessionPool;
import io.tablecast.source.reading.Heartbeats;
import io.tablecast.source.reading.RecordBuffer;
import io.tablecast.source.snapshot.CopyThreads;
import io.tablecast.testing.Database;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.types.Password;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Stands for Kafka and Connect: keeps the records that a reader sends and the offsets that are stored with them, starts
 * readers and takes them away as a crash would.
 */
final class FollowedLog implements RecordBuffer, AutoCloseable {

    private static final String PREFIX = "shop";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Database database;
    private final String connector;
    private final Map<String, String> properties;
    private final List<SourceRecord> records = new ArrayList<>();
    private final Map<Map<String, ?>, Map<String, Object>> stored = new HashMap<>();
    private final TableMetrics metrics = new TableMetrics(Clock.systemUTC());
    private ConnectException failure;
    private final Map<Map<String, ?>, Map<String, Object>> storedAtStart = new HashMap<>();
    private boolean isCongested;
    private int waiting;
    private int startedAt;
    private int storedCount;
    private final CopyThreads threads = new CopyThreads(2, 100_000);
    private QueueReader reader;
    private SessionPool sessions;

    FollowedLog(Database database, String connector, Map<String, String> properties) {
        this.database = database;
        this.connector = connector;
        this.properties = new HashMap<>(properties);
        this.properties.put("name", connector);
        this.properties.put("connection.url", database.jdbcUrl());
        this.properties.put("connection.user", database.user());
        this.properties.put("connection.password", database.password());
        this.properties.put("topic.prefix", PREFIX);
        this.properties.put("mode", "queue");
        this.properties.put("table.include.list", ".*");
        this.properties.putIfAbsent("on.table.error", "fail");
        this.properties.putIfAbsent("poll.interval.ms", "20");
        this.properties.putIfAbsent("heartbeat.interval.ms", "300");
    }

    /** The configuration of the connector. */
    Map<String, String> properties() {
        return Map.copyOf(properties);
    }

    /** Changes a setting for readers that are started from now on. */
    void change(String key, String value) {
        properties.put(key, value);
    }

    /** Starts a reader with the offsets that are stored. */
    void start(TableId... tables) {
        begin();
        SourceSettings settings = SourceSettings.parse(properties);
        Connections connections = new Connections(new ConnectionSettings(
                database.jdbcUrl(),
                database.user(),
                new Password(database.password()),
                settings.connection().properties(),
                connector));
        List<QueueTable> queueTables = new ArrayList<>();
        for (TableId table : tables) {
            SourcePartition partition = new SourcePartition(PREFIX, table);
            queueTables.add(new QueueTable(
                    partition, settings.of(table), storedOffsets().getOrDefault(table, Map.of())));
        }
        sessions = connections.pool(4);
        reader = new QueueReader(
                queueTables,
                new QueueSettings("tablecast", QueueSetupMode.AUTO, Duration.ofDays(7)),
                new RecordSettings(
                        PREFIX,
                        typeModes(settings),
                        SchemaNames.NONE,
                        settings.records().tombstones(),
                        List.of()),
                connector,
                connections,
                sessions,
                threads,
                this,
                new Heartbeats(PREFIX, settings.heartbeatInterval(), this, Clock.systemUTC()),
                this::storedOffsets,
                unused -> metrics,
                Clock.systemUTC());
        reader.start();
    }

    private synchronized void begin() {
        storedAtStart.clear();
        storedAtStart.putAll(stored);
        startedAt = records.size();
        storedCount = records.size();
    }

    private static TypeModes typeModes(SourceSettings settings) {
        return settings.records().types();
    }

    /** Whether no table has a place to be copied at. */
    boolean isEveryPlaceFree() {
        int taken = 0;
        while (threads.takeIfFree()) {
            taken++;
        }
        for (int i = 0; i < taken; i++) {
            threads.giveBack();
        }
        return taken == threads.count();
    }

    /** Ends the reader, as a crash of the worker would: nothing else is stored. */
    void crash() {
        reader.stop();
        sessions.closeAll();
    }

    @Override
    public void close() {
        if (reader != null) {
            reader.stop();
            sessions.closeAll();
        }
    }

    @Override
    public synchronized void put(List<SourceRecord> batch, long bytes) {
        records.addAll(batch);
        notifyAll();
    }

    @Override
    public synchronized boolean offer(List<SourceRecord> batch, long bytes, Duration patience) {
        if (isCongested) {
            return false;
        }
        put(batch, bytes);
        return true;
    }

    @Override
    public synchronized void awaitRoom() throws InterruptedException {
        waiting++;
        while (isCongested) {
            wait();
        }
    }

    /** From now on nobody takes records. */
    synchronized void congest() {
        isCongested = true;
    }

    /** Records are taken again. */
    synchronized void relieve() {
        isCongested = false;
        notifyAll();
    }

    /** How often a reader has waited for room. */
    synchronized int waitedForRoom() {
        return waiting;
    }

    @Override
    public synchronized void fail(ConnectException newFailure) {
        failure = newFailure;
    }

    synchronized ConnectException failure() {
        return failure;
    }

    /** Forgets the records from the given one on: they never reached Kafka. */
    synchronized void lose(int from) {
        records.subList(from, records.size()).clear();
    }

    /** Stores the offsets of the reader's records before the given one, as Connect does: never those of earlier readers. */
    synchronized void store(int before) {
        stored.clear();
        stored.putAll(storedAtStart);
        storedCount = before;
        records.subList(Math.min(startedAt, before), before)
                .forEach(record -> stored.put(record.sourcePartition(), new HashMap<>(record.sourceOffset())));
    }

    /** Stores the offsets of the records before the given one, as a user may. */
    synchronized void setBack(int before) {
        storedAtStart.clear();
        startedAt = 0;
        store(before);
    }

    /** Stores an offset as a user may, or as was left from another source. */
    synchronized void store(TableId table, Map<String, Object> offset) {
        stored.put(new SourcePartition(PREFIX, table).toMap(), offset);
    }

    /** Tells the reader that offsets were stored. */
    void committed() {
        reader.committed();
    }

    /** How many records' offsets are stored. */
    synchronized int storedCount() {
        return storedCount;
    }

    /** Stores all offsets and tells the reader. */
    void storeAll() {
        store(size());
        reader.committed();
    }

    synchronized int size() {
        return records.size();
    }

    /** Whether a record of a row with this key has come. */
    synchronized boolean hasSeen(String key) {
        for (int i = records.size() - 1; i >= Math.max(0, records.size() - 20_000); i--) {
            if (records.get(i).key() instanceof Struct struct && values(struct).equals(key)) {
                return true;
            }
        }
        return false;
    }

    /** The records of topics of tables, from the given one on. */
    synchronized List<SourceRecord> records(int from) {
        return records.subList(from, records.size()).stream()
                .filter(record -> !record.topic().startsWith("__"))
                .toList();
    }

    synchronized long heartbeats() {
        return records.stream()
                .filter(record -> record.topic().startsWith("__"))
                .count();
    }

    /** The records of tables from the given one on, in short: {@code c 1}, {@code d 1}, {@code - 1} for a tombstone. */
    List<String> brief(int from) {
        return records(from).stream().map(FollowedLog::brief).toList();
    }

    private static String brief(SourceRecord record) {
        String key = record.key() == null ? "" : " " + values((Struct) record.key());
        return (record.value() == null ? "-" : ((Struct) record.value()).getString("op")) + key;
    }

    /** Waits until so many records of tables have come. */
    void awaitSize(int size) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(failure()).isNull();
            assertThat(brief(0)).hasSize(size);
        });
    }

    /** Waits until so many copies have begun. */
    void awaitCopies(int copies) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(failure()).isNull();
            assertThat(copies()).isGreaterThanOrEqualTo(copies);
        });
    }

    /** Waits until the records add up to the table. */
    void awaitEqual(TableId table, int keyColumns) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(failure()).isNull();
            assertThat(rows(table)).isEqualTo(sourceRows(database, table, keyColumns));
        });
    }

    /** How often a copy has begun. */
    long copies() {
        return records(0).stream()
                .filter(record -> RecordHeaders.begin(record.headers()).isPresent())
                .count();
    }

    /** What a consumer has that applies all records in order: rows by key, as text. */
    Map<String, String> rows(TableId table) {
        Map<String, String> rows = new TreeMap<>();
        for (SourceRecord record : records(0)) {
            if (!record.topic().equals(PREFIX + "." + table)) {
                continue;
            }
            if (record.value() == null) {
                rows.remove(values((Struct) record.key()));
                continue;
            }
            Struct envelope = (Struct) record.value();
            switch (envelope.getString("op")) {
                case "t" -> rows.clear();
                case "d" -> rows.remove(values((Struct) record.key()));
                default -> rows.put(values((Struct) record.key()), values(envelope.getStruct("after")));
            }
        }
        return rows;
    }

    /** The same of the source table; its key columns come first. */
    static Map<String, String> sourceRows(Database database, TableId table, int keyColumns) {
        Map<String, String> rows = new TreeMap<>();
        for (List<String> row : database.rows("SELECT * FROM " + table)) {
            rows.put(String.join("|", row.subList(0, keyColumns)), String.join("|", row));
        }
        return rows;
    }

    private static String values(Struct struct) {
        List<String> values = new ArrayList<>();
        for (Field field : struct.schema().fields()) {
            values.add(String.valueOf(struct.getWithoutDefault(field.name())));
        }
        return String.join("|", values);
    }

    synchronized Map<TableId, Map<String, Object>> storedOffsets() {
        Map<TableId, Map<String, Object>> offsets = new HashMap<>();
        stored.forEach(
                (partition, offset) -> offsets.put(SourcePartition.of(partition).table(), offset));
        return offsets;
    }
}
