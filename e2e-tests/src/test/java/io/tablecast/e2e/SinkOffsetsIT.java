// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.ConnectorOffset;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What users do to the offsets of a sink over REST holds in the destination, where they are kept. */
final class SinkOffsetsIT {

    private static final String ITEMS = "shop.items";

    @Test
    void alteredAndDeletedOffsetsHoldAndCureATopicThatWasCreatedAgain() {
        try (Replication replication = Replication.start(ExactlyOnceSource.DISABLED)) {
            Database source = replication.source();
            source.execute("CREATE SCHEMA shop", "CREATE TABLE shop.items (id bigint PRIMARY KEY, code text)");
            replication.deploySource(Map.of("mode", "queue", "snapshot.mode", "no_data"));
            Conditions.await(
                    Replication.PATIENCE,
                    "the source does not follow the table",
                    () -> !replication.rest().offsets(replication.sourceName()).isEmpty());
            source.execute("INSERT INTO shop.items SELECT i, i::text FROM generate_series(1, 100) AS i");
            replication.deploySink(Map.of("tasks.max", "1"));
            replication.awaitEqual(ITEMS);

            readsAgainFromTheOffsetThatIsSet(replication);
            readsAgainFromTheStartWhenOffsetsAreDeleted(replication);
            stopsAtATopicThatWasCreatedAgain(replication);
        }
    }

    private static void readsAgainFromTheOffsetThatIsSet(Replication replication) {
        replication.rest().stop(replication.sinkName(), Replication.PATIENCE);
        replication.destination().execute("DELETE FROM shop.items");
        setToStart(replication);
        resume(replication);
        replication.awaitEqual(ITEMS);
    }

    private static void readsAgainFromTheStartWhenOffsetsAreDeleted(Replication replication) {
        replication.rest().stop(replication.sinkName(), Replication.PATIENCE);
        replication.destination().execute("DELETE FROM shop.items");
        replication.rest().deleteOffsets(replication.sinkName());
        resume(replication);
        replication.awaitEqual(ITEMS);
    }

    private static void stopsAtATopicThatWasCreatedAgain(Replication replication) {
        replication.rest().stop(replication.sinkName(), Replication.PATIENCE);
        KafkaBroker.shared().deleteTopic(replication.topic(ITEMS));
        KafkaBroker.shared().createTopic(replication.topic(ITEMS), Map.of());
        replication.source().execute("UPDATE shop.items SET code = 'new' WHERE id <= 10");
        replication.rest().resume(replication.sinkName());

        assertThat(replication.rest().awaitFailure(replication.sinkName(), Replication.PATIENCE))
                .contains("the topic was deleted and created again", "PATCH /connectors/<name>/offsets");

        replication.rest().stop(replication.sinkName(), Replication.PATIENCE);
        setToStart(replication);
        resume(replication);
        replication.awaitEqual(ITEMS);
    }

    private static void setToStart(Replication replication) {
        String answer = replication
                .rest()
                .alterOffsets(
                        replication.sinkName(),
                        List.of(new ConnectorOffset(
                                Map.of("kafka_topic", replication.topic(ITEMS), "kafka_partition", 0),
                                Map.of("kafka_offset", 0))));
        assertThat(answer).contains("altered");
    }

    private static void resume(Replication replication) {
        replication.rest().resume(replication.sinkName());
        replication.rest().awaitRunning(replication.sinkName(), Replication.PATIENCE);
    }
}
