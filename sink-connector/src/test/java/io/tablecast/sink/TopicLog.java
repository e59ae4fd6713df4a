// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.sink.SinkRecord;

/** One partition of a topic: what was sent, by offset. */
final class TopicLog {

    private final TopicPartition partition;
    private final List<SinkRecord> records = new ArrayList<>();
    private Long timestamp;

    TopicLog(String topic, int partition) {
        this.partition = new TopicPartition(topic, partition);
    }

    TopicPartition partition() {
        return partition;
    }

    /** From now on records have this timestamp. */
    void at(long timestampMs) {
        timestamp = timestampMs;
    }

    /** Appends a record. */
    void send(Schema keySchema, Object key, Schema valueSchema, Object value, Iterable<Header> headers) {
        records.add(new SinkRecord(
                partition.topic(),
                partition.partition(),
                keySchema,
                key,
                valueSchema,
                value,
                records.size(),
                timestamp,
                TimestampType.CREATE_TIME,
                new ConnectHeaders(headers)));
    }

    /** Appends a record that was sent before. */
    void sendAgain(SinkRecord sent) {
        send(sent.keySchema(), sent.key(), sent.valueSchema(), sent.value(), sent.headers());
    }

    /** The records from an offset on, at most so many. */
    List<SinkRecord> from(long offset, int most) {
        int start = (int) Math.min(offset, records.size());
        int count = Math.min(records.size() - start, most);
        return List.copyOf(records.subList(start, start + count));
    }

    long end() {
        return records.size();
    }
}
