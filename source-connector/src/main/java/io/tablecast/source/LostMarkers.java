// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import io.tablecast.contract.record.RecordHeaders;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Notices records that begin or end a copy and were not sent: without them the copy at the destination would never be
 * complete. What is thrown where records are acknowledged would be swallowed, so it waits for the next poll. Thread-safe.
 */
final class LostMarkers {

    private final AtomicReference<ConnectException> lost = new AtomicReference<>();

    void throwIfAny() {
        if (lost.get() != null) {
            throw lost.get();
        }
    }

    /** @param metadata null when the record was dropped */
    void notice(SourceRecord record, RecordMetadata metadata) {
        if (metadata == null && isMarker(record.headers())) {
            lost.compareAndSet(
                    null,
                    new ConnectException("A record that begins or ends the snapshot of topic "
                            + record.topic()
                            + ", or that holds many of its rows, was not sent to Kafka, so the copy at the destination would never be complete."
                            + " Either a transform of this connector dropped it: let records with the headers "
                            + RecordHeaders.SNAPSHOT_BEGIN + ", " + RecordHeaders.SNAPSHOT_END + " and "
                            + RecordHeaders.SNAPSHOT_ROWS
                            + " pass. Or it failed and errors.tolerance=all dropped it: the worker's log names the failure."
                            + " Then stop the connector, delete the table's offset, so that it is copied again, and resume"
                            + " the connector."));
        }
    }

    private static boolean isMarker(Headers headers) {
        return headers.lastWithName(RecordHeaders.SNAPSHOT_BEGIN) != null
                || headers.lastWithName(RecordHeaders.SNAPSHOT_END) != null
                || headers.lastWithName(RecordHeaders.SNAPSHOT_ROWS) != null;
    }
}
