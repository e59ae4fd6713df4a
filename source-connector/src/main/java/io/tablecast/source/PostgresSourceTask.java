// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.TablecastVersion;
import io.tablecast.source.metrics.TaskMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** Reads some tables of a PostgreSQL database. Made and driven by Connect. */
public final class PostgresSourceTask extends SourceTask {

    private static final Duration POLL_PATIENCE = Duration.ofMillis(500);

    private final LostMarkers lostMarkers = new LostMarkers();
    private volatile TaskSession session;
    private KafkaTransactions transactions;

    @Override
    public String version() {
        return TablecastVersion.version();
    }

    @Override
    public void start(Map<String, String> properties) {
        TaskSettings settings = TaskSettings.parse(properties);
        transactions = new KafkaTransactions(
                context.transactionContext(), settings.source().exactlyOnceCommit(), System::nanoTime);
        session = new TaskSession(
                settings, context.offsetStorageReader(), TaskMetrics.create(context, Clock.systemUTC()));
        session.start();
    }

    @Override
    public List<SourceRecord> poll() throws InterruptedException {
        lostMarkers.throwIfAny();
        // Never null: then Connect would not look whether a transaction is to be committed.
        return transactions.poll(session::poll, POLL_PATIENCE);
    }

    /** Exceptions from here would be swallowed, so a lost marker waits for the next poll. */
    @Override
    public void commitRecord(SourceRecord record, RecordMetadata metadata) {
        session.acknowledged();
        lostMarkers.notice(record, metadata);
    }

    @Override
    public void commit() {
        session.committed();
    }

    @Override
    public void stop() {
        if (session != null) {
            session.stop();
        }
    }
}
