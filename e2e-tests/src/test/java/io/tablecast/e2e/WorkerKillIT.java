// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.TopicReader;
import io.tablecast.testing.TopicRecord;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A worker that is killed under load loses nothing, and applies nothing twice. */
final class WorkerKillIT {

    @ParameterizedTest
    @EnumSource(ExactlyOnceSource.class)
    void nothingIsLostWhenTheWorkerIsKilledUnderLoad(ExactlyOnceSource exactlyOnce) {
        try (Replication replication = Replication.start(exactlyOnce)) {
            Database source = replication.source();
            source.execute(Writers.TABLE);
            Writers.fill(source, 4_000);
            replication.deploySource(Map.of("mode", "queue"));
            replication.deploySink(Map.of());
            replication.awaitEqual("shop.items");

            try (Writers writers = Writers.start(source, 3, 23)) {
                for (int kill = 0; kill < 2; kill++) {
                    awaitMoreTransactions(writers, 300);
                    replication.worker().kill();
                    awaitMoreTransactions(writers, 300);
                    replication.worker().startAgain();
                    replication.rest().awaitRunning(replication.sourceName(), Replication.PATIENCE);
                    replication.rest().awaitRunning(replication.sinkName(), Replication.PATIENCE);
                }
                awaitMoreTransactions(writers, 300);
                writers.stop();
            }

            replication.awaitEqual("shop.items");
            if (exactlyOnce == ExactlyOnceSource.ENABLED) {
                assertNoRecordTwice(replication);
            }
        }
    }

    private static void awaitMoreTransactions(Writers writers, int count) {
        long before = writers.transactions();
        Conditions.await(
                Replication.PATIENCE, "the writers stand still", () -> writers.transactions() >= before + count);
    }

    private static void assertNoRecordTwice(Replication replication) {
        List<TopicRecord> records = TopicReader.committed(KafkaBroker.shared()).read(replication.topic("shop.items"));
        List<String> positions = records.stream()
                .filter(each -> !each.value().isMissingNode())
                .map(each -> each.value().path("payload"))
                .filter(payload ->
                        payload.path("source").path("snapshot").asText().equals("false"))
                .map(payload -> payload.path("source").path("sequence").asText()
                        + payload.path("op").asText()
                        + payload.path("before")
                        + payload.path("after").path("id"))
                .toList();

        assertThat(positions).isNotEmpty().doesNotHaveDuplicates();
    }
}
