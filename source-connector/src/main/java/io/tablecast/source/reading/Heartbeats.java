// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.reading;

import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.record.Heartbeat;
import io.tablecast.contract.record.TopicNames;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Moves offsets of tables that have nothing to send, by records in a topic of their own: Connect stores offsets only
 * with records. A heartbeat goes through the same buffer as the table's records, so it never overtakes them.
 */
public final class Heartbeats {

    private final String topicPrefix;
    private final String topic;
    private final Duration interval;
    private final RecordBuffer buffer;
    private final Clock clock;

    /** @param interval how old a table's offset may become; zero sends nothing */
    public Heartbeats(String topicPrefix, Duration interval, RecordBuffer buffer, Clock clock) {
        this.topicPrefix = topicPrefix;
        this.topic = TopicNames.ofHeartbeats(topicPrefix);
        this.interval = interval;
        this.buffer = buffer;
        this.clock = clock;
    }

    /** How old a table's offset may become. */
    public Duration interval() {
        return interval;
    }

    /** Sends the table's complete offset map, unless heartbeats are off. */
    public void send(SourcePartition table, Map<String, ?> offset) throws InterruptedException {
        if (interval.isZero()) {
            return;
        }
        buffer.put(List.of(new SourceRecord(
                table.toMap(),
                offset,
                topic,
                0,
                Heartbeat.KEY_SCHEMA,
                Heartbeat.key(topicPrefix),
                Heartbeat.VALUE_SCHEMA,
                Heartbeat.value(clock.millis()))));
    }
}
