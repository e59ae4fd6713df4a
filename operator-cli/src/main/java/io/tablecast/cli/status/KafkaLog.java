// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.status;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Kafka, asked for the records that destinations do not have yet. It belongs to no group and commits nothing. Used by one
 * thread.
 */
public final class KafkaLog {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final String PROVIDERS = "config.providers";
    private static final String OF_CONSUMERS = "consumer.";

    private final Map<String, Object> settings = new HashMap<>();
    private final UnaryOperator<String> redaction;

    /**
     * @param worker the settings of a worker, which say where Kafka is and how consumers log in
     * @param redaction takes the secrets of these settings out of a text
     */
    public KafkaLog(Map<String, String> worker, UnaryOperator<String> redaction) {
        this.redaction = redaction;
        worker.forEach((key, value) -> {
            // Kafka's client resolves placeholders itself.
            if (ConsumerConfig.configNames().contains(key) || key.startsWith(PROVIDERS)) {
                settings.put(key, value);
            }
        });
        worker.forEach((key, value) -> {
            if (key.startsWith(OF_CONSUMERS)) {
                settings.put(key.substring(OF_CONSUMERS.length()), value);
            }
        });
        settings.remove(ConsumerConfig.GROUP_ID_CONFIG);
        settings.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
        settings.remove(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG);
        settings.put(ConsumerConfig.CLIENT_ID_CONFIG, "tablecast-status");
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        settings.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        // One record of each partition is enough.
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "1");
    }

    /** Where Kafka was asked and what was wrong: of settings that are wrong only the causes of a failure tell. */
    String description(KafkaException failure) {
        StringJoiner reasons = new StringJoiner(": ");
        Object servers = settings.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG);
        if (servers != null) {
            reasons.add("at " + servers);
        }
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String reason = String.valueOf(cause.getMessage());
            // Many repeat what caused them.
            if (!reasons.toString().contains(reason)) {
                reasons.add(reason);
            }
        }
        return redaction.apply(reasons.toString());
    }

    /**
     * When the oldest record that waits was written, of each partition where one does.
     *
     * @param next the offset of the record that the destination wants next
     * @throws KafkaException when Kafka does not answer in time, or does not let the user read
     */
    public Map<TopicPartition, Instant> oldestWaiting(Map<TopicPartition, Long> next) {
        ByteArrayDeserializer bytes = new ByteArrayDeserializer();
        try (Consumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings, bytes, bytes)) {
            Set<TopicPartition> there = new HashSet<>(next.keySet());
            Set<String> topics = consumer.listTopics(PATIENCE).keySet();
            there.removeIf(partition -> !topics.contains(partition.topic()));
            Map<TopicPartition, Long> ends = consumer.endOffsets(there, PATIENCE);
            there.removeIf(partition -> ends.get(partition) <= next.get(partition));
            consumer.assign(there);
            there.forEach(partition -> consumer.seek(partition, next.get(partition)));
            return read(consumer, there, ends);
        } catch (NoClassDefFoundError compressed) {
            throw new KafkaException(
                    "records that wait are compressed in a way that this command cannot read ("
                            + compressed.getMessage() + "). Put the codec's jar on its class path.",
                    compressed);
        }
    }

    /** What stands between a place and the end may be no records, but the ends of transactions. */
    private static Map<TopicPartition, Instant> read(
            Consumer<byte[], byte[]> consumer, Set<TopicPartition> undecided, Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Instant> oldest = new HashMap<>();
        long begun = System.nanoTime();
        while (!undecided.isEmpty()) {
            Duration left = PATIENCE.minusNanos(System.nanoTime() - begun);
            if (left.isNegative()) {
                throw new KafkaException("no answer within " + PATIENCE.toSeconds() + " s about " + undecided);
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                if (undecided.remove(partition)) {
                    oldest.put(partition, Instant.ofEpochMilli(record.timestamp()));
                }
            }
            undecided.removeIf(partition -> consumer.position(partition, left) >= ends.get(partition));
            consumer.pause(consumer.assignment().stream()
                    .filter(partition -> !undecided.contains(partition))
                    .toList());
        }
        return oldest;
    }
}
