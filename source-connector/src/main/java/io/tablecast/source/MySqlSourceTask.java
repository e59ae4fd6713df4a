// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.TablecastVersion;
import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.MySqlMode;
import io.tablecast.source.config.MySqlSettings;
import io.tablecast.source.metrics.TaskMetrics;
import io.tablecast.source.mysql.BinlogReader;
import io.tablecast.source.mysql.BinlogTable;
import io.tablecast.source.mysql.MySqlConnections;
import io.tablecast.source.mysql.MySqlIncrementalReader;
import io.tablecast.source.mysql.MySqlSnapshotReader;
import io.tablecast.source.reading.BoundedRecordBuffer;
import io.tablecast.source.reading.Heartbeats;
import io.tablecast.source.reading.ModeReader;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads some tables of a MySQL or MariaDB server. Made and driven by Connect. */
public final class MySqlSourceTask extends SourceTask {

    private static final Logger LOG = LoggerFactory.getLogger(MySqlSourceTask.class);

    private static final Duration POLL_PATIENCE = Duration.ofMillis(500);

    /** Records wait in memory up to these bounds; a poll hands on as many as converters and producer like at once. */
    private static final int BUFFER_RECORDS = 20_000;

    private static final long BUFFER_BYTES = 64L << 20;
    private static final int POLL_RECORDS = 5_000;

    private final LostMarkers lostMarkers = new LostMarkers();
    private volatile BoundedRecordBuffer buffer;
    private volatile List<ModeReader> readers = List.of();
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
        MySqlConnections connections = new MySqlConnections(settings.connection());
        Heartbeats heartbeats = new Heartbeats(settings.topicPrefix(), settings.heartbeatInterval(), buffer, clock);
        List<ModeReader> made = new ArrayList<>();
        List<BinlogTable> followed = tables(settings, tables, MySqlMode.BINLOG);
        if (!followed.isEmpty()) {
            made.add(new BinlogReader(
                    followed,
                    settings,
                    connections,
                    settings.serverId() + number,
                    buffer,
                    heartbeats,
                    metrics::of,
                    metrics::ofBinlog,
                    clock,
                    settings.connection().connector() + "-" + number));
        }
        List<BinlogTable> copied = tables(settings, tables, MySqlMode.SNAPSHOT);
        if (!copied.isEmpty()) {
            made.add(new MySqlSnapshotReader(copied, settings, connections, buffer, heartbeats, metrics::of, clock));
        }
        List<BinlogTable> looked = tables(settings, tables, MySqlMode.INCREMENTAL);
        if (!looked.isEmpty()) {
            made.add(new MySqlIncrementalReader(
                    looked, settings, connections, buffer, heartbeats, metrics::of, metrics::ofControl, clock));
        }
        readers = List.copyOf(made);
        readers.forEach(ModeReader::start);
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
        readers.forEach(ModeReader::stop);
    }

    private List<BinlogTable> tables(MySqlSettings settings, List<TableId> ids, MySqlMode mode) {
        List<BinlogTable> tables = new ArrayList<>();
        for (TableId id : ids) {
            if (settings.of(id).mode() != mode) {
                continue;
            }
            SourcePartition partition = new SourcePartition(settings.topicPrefix(), id);
            Map<String, Object> offset = Optional.ofNullable(
                            context.offsetStorageReader().offset(partition.toMap()))
                    .filter(stored -> isOf(mode, stored, id))
                    .orElse(Map.of());
            tables.add(new BinlogTable(partition, settings.of(id), settings.topic(id), offset));
        }
        return tables;
    }

    /** A table that was read in another mode begins as one that was never read. */
    private static boolean isOf(MySqlMode mode, Map<String, Object> offset, TableId table) {
        Object stored = offset.get(OffsetCodec.MODE);
        if (stored == null || mode.configName().equals(stored)) {
            return true;
        }
        LOG.warn(
                "{} was read in mode {} before; in mode {} it begins anew, as snapshot.mode says",
                table,
                stored,
                mode.configName());
        return false;
    }
}
