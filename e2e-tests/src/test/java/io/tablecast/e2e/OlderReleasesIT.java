// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.KafkaRelease;
import io.tablecast.testing.PostgresOptions;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.PostgresVersion;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Workers that lack what newer ones have, such as metrics of plugins and typed validation, and older databases. */
final class OlderReleasesIT {
    private static final String CONVERTER = "io.tablecast.json.TablecastJsonConverter";
    private static final Map<String, String> CONVERTERS =
            Map.of("key.converter", CONVERTER, "value.converter", CONVERTER);

    @ParameterizedTest
    @CsvSource({"OLDEST, MIDDLE, DISABLED", "OLDEST, OLDEST, ENABLED", "MIDDLE, MIDDLE, ENABLED"})
    void everyModeRuns(KafkaRelease kafka, PostgresVersion postgres, ExactlyOnceSource exactlyOnce) {
        try (PostgresServer server =
                        PostgresServer.start(PostgresOptions.defaults().withVersion(postgres));
                Replication replication = Replication.start(
                        KafkaBroker.shared(),
                        server,
                        server,
                        Replication.options(exactlyOnce).withRelease(kafka))) {
            replication
                    .source()
                    .execute(
                            Writers.TABLE,
                            "CREATE TABLE shop.log (id bigserial PRIMARY KEY, note text)",
                            "INSERT INTO shop.log (note) SELECT 'note ' || i FROM generate_series(1, 300) AS i",
                            "CREATE TABLE shop.rates (currency text PRIMARY KEY, rate numeric)",
                            "INSERT INTO shop.rates SELECT 'C' || i, i / 3.0 FROM generate_series(1, 300) AS i");
            Writers.fill(replication.source(), 500);
            assertThat(replication.rest().plugins())
                    .contains("io.tablecast.source.PostgresSourceConnector", "io.tablecast.sink.PostgresSinkConnector");
            assertThat(replication
                            .rest()
                            .validate(replication.sourceConfiguration(Map.of("mode", "sometimes")))
                            .errors())
                    .containsOnlyKeys("mode");

            deploySource(replication, "queue", "shop\\.items", Map.of());
            deploySource(replication, "incremental", "shop\\.log", Map.of("control.column", "id"));
            deploySource(replication, "snapshot", "shop\\.rates", Map.of("poll.interval.ms", "1000"));
            replication.deploySink(CONVERTERS);
            awaitEqual(replication);

            replication
                    .source()
                    .execute(
                            "INSERT INTO shop.items (id, code) VALUES (9001, 'new')",
                            "UPDATE shop.items SET id = 9002 WHERE id = 1",
                            "DELETE FROM shop.items WHERE id = 2",
                            "INSERT INTO shop.log (note) VALUES ('new')",
                            "UPDATE shop.rates SET rate = 0 WHERE currency = 'C1'",
                            "DELETE FROM shop.rates WHERE currency = 'C2'");
            awaitEqual(replication);
            for (String connector : List.of("queue", "incremental", "snapshot", replication.sinkName())) {
                replication.rest().awaitRunning(connector, Replication.PATIENCE);
            }
        }
    }

    private static void deploySource(
            Replication replication, String mode, String tables, Map<String, String> settings) {
        Map<String, String> all = new LinkedHashMap<>(CONVERTERS);
        all.put("mode", mode);
        all.put("name", mode);
        all.put("table.include.list", tables);
        all.putAll(settings);
        replication.rest().putConnector(mode, replication.sourceConfiguration(all));
        replication.rest().awaitRunning(mode, Replication.PATIENCE);
    }

    private static void awaitEqual(Replication replication) {
        for (String table : List.of("shop.items", "shop.log", "shop.rates")) {
            replication.awaitEqual(table);
        }
    }
}
