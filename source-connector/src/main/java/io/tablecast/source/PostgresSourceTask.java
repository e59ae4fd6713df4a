// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.TablecastVersion;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.source.metrics.TaskMetrics;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** Reads some tables of a PostgreSQL database. Made and driven by Connect. */
public final class PostgresSourceTask extends SourceTask {

    private static final Duration POLL_PATIENCE = Duration.ofMillis(500);

    private final AtomicReference<ConnectException> lostMarker = new AtomicReference<>();
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
        if (lostMarker.get() != null) {
            throw lostMarker.get();
        }
        // Never null: then Connect would not look whether a transaction is to be committed.
        return transactions.poll(session::poll, POLL_PATIENCE);
    }

    /** Exceptions from here would be swallowed, so a lost marker waits for the next poll. */
    @Override
    public void commitRecord(SourceRecord record, RecordMetadata metadata) {
        session.acknowledged();
        if (metadata == null && isMarker(record.headers())) {
            lostMarker.compareAndSet(
                    null,
                    new ConnectException("The record that begins or ends the snapshot of topic "
                            + record.topic()
                            + " was not sent to Kafka, so the copy at the destination would never be complete."
                            + " Either a transform of this connector dropped it: let records with the headers "
                            + RecordHeaders.SNAPSHOT_BEGIN + " and " + RecordHeaders.SNAPSHOT_END
                            + " pass. Or it failed and errors.tolerance=all dropped it: the worker's log names the failure."
                            + " Then stop the connector, delete the table's offset, so that it is copied again, and resume"
                            + " the connector."));
        }
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

    private static boolean isMarker(Headers headers) {
        return headers.lastWithName(RecordHeaders.SNAPSHOT_BEGIN) != null
                || headers.lastWithName(RecordHeaders.SNAPSHOT_END) != null;
    }
}
