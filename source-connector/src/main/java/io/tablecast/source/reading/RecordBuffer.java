// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.reading;

import java.time.Duration;
import java.util.List;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Where readers put records and the task's polling thread takes them, first in, first out: records of one table are sent
 * in the order in which they were put. Bounded by records and, roughly, by bytes. Any number of threads may put.
 */
public interface RecordBuffer {

    /** What a record is taken to weigh when its reader does not know. */
    int USUAL_RECORD_BYTES = 512;

    /**
     * Adds a batch; blocks while the buffer is full. A batch larger than the whole buffer is taken when it is empty.
     *
     * @param bytes what the batch weighs, roughly
     * @throws InterruptedException when the task stops meanwhile
     */
    void put(List<SourceRecord> batch, long bytes) throws InterruptedException;

    /**
     * Adds a batch, unless there is no room for it for so long: then nobody takes records, because Kafka is away or the
     * connector is paused, and whoever holds a transaction open should end it.
     *
     * @return whether it was added
     */
    boolean offer(List<SourceRecord> batch, long bytes, Duration patience) throws InterruptedException;

    /** Waits until half of the buffer is free. */
    void awaitRoom() throws InterruptedException;

    /** Adds a batch of unknown weight. */
    default void put(List<SourceRecord> batch) throws InterruptedException {
        put(batch, (long) batch.size() * USUAL_RECORD_BYTES);
    }

    /** Stops the task: the next poll throws the failure. The first failure is kept. */
    void fail(ConnectException failure);
}
