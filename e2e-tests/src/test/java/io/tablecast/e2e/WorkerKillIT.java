// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.RangeAssignor;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A worker that is killed under load loses nothing, and applies nothing twice: at 20 random points with {@code -Psoak}. A
 * trigger of the source logs every change into a table that is appended to at the destination, where a repeat would show.
 */
final class WorkerKillIT {

    private static final int KILLS = Form.amount(2, 20);

    private static final String LOG = """
            CREATE TABLE shop.log (id bigint GENERATED ALWAYS AS IDENTITY, op text, item bigint, amount numeric(12,2));
            CREATE FUNCTION shop.log() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO shop.log (op, item, amount) VALUES (TG_OP, coalesce(NEW.id, OLD.id), NEW.amount);
                    RETURN NULL;
                END $$;
            CREATE TRIGGER log AFTER INSERT OR UPDATE OR DELETE ON shop.items
                FOR EACH ROW EXECUTE FUNCTION shop.log();
            ALTER TABLE shop.log ADD PRIMARY KEY (id);
            """;
    private static final Pattern QUEUE_ID = Pattern.compile("\"sequence\":\"\\[null,\\\\\"(\\d+)\\\\\"\\]\"");

    @ParameterizedTest
    @EnumSource(ExactlyOnceSource.class)
    void nothingIsLostWhenTheWorkerIsKilledUnderLoad(ExactlyOnceSource exactlyOnce) {
        try (Replication replication = Replication.start(exactlyOnce)) {
            Database source = replication.source();
            source.execute(Writers.TABLE);
            Writers.fill(source, 4_000);
            source.execute(LOG);
            // Without exactly-once delivery there are no transactions, and their boundary is not looked at.
            replication.deploySource(Map.of(
                    "mode", "queue",
                    "transaction.boundary", "connector",
                    // A worker that starts after a kill waits until the transactions of its former life are given up.
                    "producer.override.transaction.timeout.ms", "20000",
                    "table.include.list", tables(exactlyOnce)));
            replication.deploySink(Map.of(
                    "table.shop.log.apply.mode", "append",
                    "table.shop.log.indexes", "none",
                    "consumer.override.partition.assignment.strategy", assignor(exactlyOnce)));
            replication.awaitEqual("shop.items");

            try (Writers writers = Writers.start(source, 3, 23)) {
                KillRounds rounds = new KillRounds(
                        replication.worker(),
                        List.of(replication.sourceName(), replication.sinkName()),
                        writers.threads(),
                        KILLS);
                for (int kill = 0; kill < KILLS; kill++) {
                    rounds.kill();
                }
                rounds.end();
            }

            replication.awaitEqual("shop.items");
            if (exactlyOnce == ExactlyOnceSource.ENABLED) {
                replication.awaitEqual("shop.log");
                assertNoRecordTwice(replication);
            }
        }
    }

    // Without an exactly-once source a change may be sent again, and a table that is appended to has it twice.
    private static String tables(ExactlyOnceSource exactlyOnce) {
        return exactlyOnce == ExactlyOnceSource.ENABLED ? "shop\\.items,shop\\.log" : "shop\\.items";
    }

    /** Partitions are taken from all tasks at each rebalance, or only those that move. */
    private static String assignor(ExactlyOnceSource exactlyOnce) {
        return exactlyOnce == ExactlyOnceSource.ENABLED
                ? CooperativeStickyAssignor.class.getName()
                : RangeAssignor.class.getName();
    }

    /** Reads record by record: a topic of this test does not fit into memory as JSON trees. */
    private static void assertNoRecordTwice(Replication replication) {
        Set<String> positions = new HashSet<>();
        TopicPartition partition = new TopicPartition(replication.topic("shop.items"), 0);
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(Map.of(
                "bootstrap.servers",
                KafkaBroker.shared().bootstrapServers(),
                "isolation.level",
                "read_committed",
                "key.deserializer",
                StringDeserializer.class,
                "value.deserializer",
                StringDeserializer.class))) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end = consumer.endOffsets(List.of(partition)).get(partition);
            Conditions.await(Replication.PATIENCE, "the end of the topic is not reached", () -> {
                consumer.poll(Duration.ofMillis(200)).forEach(each -> addPosition(positions, each));
                return consumer.position(partition) >= end;
            });
        }
        assertThat(positions).isNotEmpty();
    }

    private static void addPosition(Set<String> positions, ConsumerRecord<String, String> change) {
        Matcher matcher = change.value() == null ? null : QUEUE_ID.matcher(change.value());
        if (matcher != null && matcher.find()) {
            String operation = change.value().substring(change.value().lastIndexOf("\"op\":"));
            String position = matcher.group(1) + operation.substring(0, 8) + change.key();
            assertThat(positions.add(position)).as("sent twice: " + position).isTrue();
        }
    }
}
