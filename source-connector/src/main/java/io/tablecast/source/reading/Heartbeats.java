// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.reading;

import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.record.Heartbeat;
import io.tablecast.contract.record.TopicNames;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Moves offsets of tables that have nothing to send, by records in a topic of their own: Connect stores offsets only
 * with records. A heartbeat goes through the same buffer as the table's records, so it never overtakes them.
 */
public final class Heartbeats {

    /** How long a transaction of the source waits for Connect. Little is lost by another one. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final String topicPrefix;
    private final String topic;
    private final Duration interval;
    private final RecordBuffer buffer;
    private final Clock clock;

    /** @param interval how old a table's offset may become; zero for any age */
    public Heartbeats(String topicPrefix, Duration interval, RecordBuffer buffer, Clock clock) {
        this.topicPrefix = topicPrefix;
        this.topic = TopicNames.ofHeartbeats(topicPrefix);
        this.interval = interval;
        this.buffer = buffer;
        this.clock = clock;
    }

    /** Whether an offset that names the given time is due to be moved; never when heartbeats are off. */
    public boolean isDue(Instant offsetTime, Instant now) {
        return !interval.isZero() && !now.isBefore(offsetTime.plus(interval));
    }

    /** Sends the table's complete offset map, also when heartbeats are off: some positions must not be lost. */
    public void send(SourcePartition table, Map<String, ?> offset) throws InterruptedException {
        buffer.put(List.of(heartbeat(table, offset)));
    }

    /**
     * The same from a transaction of the source, which must not stay open for as long as a connector is paused.
     *
     * @throws CongestedException when nobody takes records; nothing is sent then
     */
    public void sendInTransaction(SourcePartition table, Map<String, ?> offset) throws InterruptedException {
        if (!buffer.offer(List.of(heartbeat(table, offset)), RecordBuffer.USUAL_RECORD_BYTES, PATIENCE)) {
            throw new CongestedException(PATIENCE);
        }
    }

    private SourceRecord heartbeat(SourcePartition table, Map<String, ?> offset) {
        return new SourceRecord(
                table.toMap(),
                offset,
                topic,
                0,
                Heartbeat.KEY_SCHEMA,
                Heartbeat.key(topicPrefix),
                Heartbeat.VALUE_SCHEMA,
                Heartbeat.value(clock.millis()));
    }
}
