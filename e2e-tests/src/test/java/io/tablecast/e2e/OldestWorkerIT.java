// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.KafkaRelease;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers that lack what newer ones have, such as metrics of plugins and typed validation. */
final class OldestWorkerIT {

    @ParameterizedTest
    @EnumSource(ExactlyOnceSource.class)
    void oldestWorkerRunsBothConnectors(ExactlyOnceSource exactlyOnce) {
        try (Replication replication =
                Replication.start(Replication.options(exactlyOnce).withRelease(KafkaRelease.OLDEST))) {
            replication.source().execute(Writers.TABLE);
            Writers.fill(replication.source(), 500);
            assertThat(replication.rest().plugins())
                    .contains("io.tablecast.source.PostgresSourceConnector", "io.tablecast.sink.PostgresSinkConnector");
            String converter = "io.tablecast.json.TablecastJsonConverter";
            assertThat(replication
                            .rest()
                            .validate(replication.sourceConfiguration(Map.of("mode", "sometimes")))
                            .errors())
                    .containsOnlyKeys("mode");

            replication.deploySource(Map.of("mode", "queue", "key.converter", converter, "value.converter", converter));
            replication.deploySink(Map.of("key.converter", converter, "value.converter", converter));
            replication.awaitEqual("shop.items");

            replication
                    .source()
                    .execute(
                            "INSERT INTO shop.items (id, code) VALUES (9001, 'new')",
                            "UPDATE shop.items SET id = 9002 WHERE id = 1",
                            "DELETE FROM shop.items WHERE id = 2");
            replication.awaitEqual("shop.items");
            replication.rest().awaitRunning(replication.sourceName(), Replication.PATIENCE);
            replication.rest().awaitRunning(replication.sinkName(), Replication.PATIENCE);
        }
    }
}
