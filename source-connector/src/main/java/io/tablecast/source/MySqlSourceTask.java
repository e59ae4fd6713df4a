// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.TablecastVersion;
import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.MySqlSettings;
import io.tablecast.source.metrics.TaskMetrics;
import io.tablecast.source.mysql.BinlogReader;
import io.tablecast.source.mysql.BinlogTable;
import io.tablecast.source.mysql.MySqlConnections;
import io.tablecast.source.reading.BoundedRecordBuffer;
import io.tablecast.source.reading.Heartbeats;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** Reads some tables of a MySQL or MariaDB server. Made and driven by Connect. */
public final class MySqlSourceTask extends SourceTask {

    private static final Duration POLL_PATIENCE = Duration.ofMillis(500);

    /** Records wait in memory up to these bounds; a poll hands on as many as converters and producer like at once. */
    private static final int BUFFER_RECORDS = 20_000;

    private static final long BUFFER_BYTES = 64L << 20;
    private static final int POLL_RECORDS = 5_000;

    private final LostMarkers lostMarkers = new LostMarkers();
    private volatile BoundedRecordBuffer buffer;
    private volatile BinlogReader reader;
    private volatile TaskMetrics metrics;
    private volatile KafkaTransactions transactions;

    @Override
    public String version() {
        return TablecastVersion.version();
    }

    @Override
    public void start(Map<String, String> properties) {
        MySqlSettings settings = MySqlSettings.parse(properties);
        int number = TaskSettings.number(properties);
        List<TableId> tables = TaskSettings.tables(properties);
        Clock clock = Clock.systemUTC();
        transactions = new KafkaTransactions(
                context.transactionContext(), settings.exactlyOnceCommit(), System::nanoTime, BinlogWindows::new);
        buffer = new BoundedRecordBuffer(BUFFER_RECORDS, BUFFER_BYTES, POLL_RECORDS);
        metrics = TaskMetrics.create(context, clock);
        reader = new BinlogReader(
                tables(settings, tables),
                settings,
                new MySqlConnections(settings.connection()),
                settings.serverId() + number,
                buffer,
                new Heartbeats(settings.topicPrefix(), settings.heartbeatInterval(), buffer, clock),
                metrics::of,
                clock,
                settings.connection().connector() + "-" + number);
        reader.start();
    }

    @Override
    public List<SourceRecord> poll() throws InterruptedException {
        lostMarkers.throwIfAny();
        metrics.showWaiting();
        // Never null: then Connect would not look whether an open transaction is due to be committed.
        return transactions.poll(buffer::take, POLL_PATIENCE);
    }

    @Override
    public void commitRecord(SourceRecord record, RecordMetadata metadata) {
        lostMarkers.notice(record, metadata);
    }

    @Override
    public void stop() {
        if (reader != null) {
            reader.stop();
        }
    }

    private List<BinlogTable> tables(MySqlSettings settings, List<TableId> ids) {
        List<BinlogTable> tables = new ArrayList<>();
        for (TableId id : ids) {
            SourcePartition partition = new SourcePartition(settings.topicPrefix(), id);
            Map<String, Object> offset = context.offsetStorageReader().offset(partition.toMap());
            tables.add(new BinlogTable(
                    partition, settings.of(id), settings.topic(id), offset == null ? Map.of() : offset));
        }
        return tables;
    }
}
