// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tablecast.testing.TopicRecord.Header;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads what is in topics at the moment, without a consumer group, as JSON. */
public final class TopicReader {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration TIMEOUT = Duration.ofMinutes(1);

    private final KafkaBroker broker;
    private final Isolation isolation;

    private TopicReader(KafkaBroker broker, Isolation isolation) {
        this.broker = broker;
        this.isolation = isolation;
    }

    /** Sees what consumers of exactly-once sources see: nothing of open and aborted transactions. */
    public static TopicReader committed(KafkaBroker broker) {
        return new TopicReader(broker, Isolation.READ_COMMITTED);
    }

    /** Sees every record. */
    public static TopicReader uncommitted(KafkaBroker broker) {
        return new TopicReader(broker, Isolation.READ_UNCOMMITTED);
    }

    /**
     * All records of the topics, those of a partition in their order.
     *
     * @throws IllegalStateException if a topic does not exist
     */
    public List<TopicRecord> read(String... topics) {
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings())) {
            List<TopicPartition> partitions = Stream.of(topics)
                    .flatMap(topic -> partitions(consumer, topic))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<TopicRecord> records = new ArrayList<>();
            Conditions.await(TIMEOUT, () -> "the end of " + ends + " is not reached", () -> {
                consumer.poll(POLL).forEach(record -> records.add(record(record)));
                return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            });
            records.sort(Comparator.comparing(TopicRecord::topic)
                    .thenComparing(TopicRecord::partition)
                    .thenComparing(TopicRecord::offset));
            return records;
        }
    }

    private Map<String, Object> settings() {
        return Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                broker.bootstrapServers(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                isolation.name().toLowerCase(Locale.ROOT),
                ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
                false,
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class,
                ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG,
                ByteArrayDeserializer.class);
    }

    private static Stream<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> consumer, String topic) {
        var infos = consumer.partitionsFor(topic);
        if (infos == null || infos.isEmpty()) {
            throw new IllegalStateException("There is no topic " + topic);
        }
        return infos.stream().map(info -> new TopicPartition(topic, info.partition()));
    }

    private static TopicRecord record(ConsumerRecord<byte[], byte[]> record) {
        List<Header> headers = StreamSupport.stream(record.headers().spliterator(), false)
                .map(header -> new Header(header.key(), text(header.value())))
                .toList();
        return new TopicRecord(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                headers,
                json(record, record.key()),
                json(record, record.value()));
    }

    private static String text(byte[] bytes) {
        return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
    }

    private static JsonNode json(ConsumerRecord<byte[], byte[]> record, byte[] bytes) {
        if (bytes == null) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Not JSON at " + record.topic() + "-" + record.partition() + "@" + record.offset() + ": "
                            + text(bytes),
                    e);
        }
    }

    private enum Isolation {
        READ_COMMITTED,
        READ_UNCOMMITTED
    }
}
