// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.ContentComparison;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.TableContents;
import io.tablecast.testing.TopicReader;
import io.tablecast.testing.TopicRecord;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One source, and whoever reads its topics: each destination has its own settings, and goes its own pace. */
final class FanOutIT {

    private static final String ITEMS = "shop.items";
    private static final int ROWS = 1_000;

    @Test
    void everyReaderOfOneSourceHasItRightInItsOwnWay() {
        try (Replication replication = Replication.start(ExactlyOnceSource.ENABLED);
                Database kept = PostgresServer.shared().createDatabase();
                Database log = PostgresServer.shared().createDatabase()) {
            Database source = replication.source();
            source.execute(Writers.TABLE);
            Writers.fill(source, ROWS);
            replication.deploySource(Map.of("mode", "queue"));
            replication.deploySink(Map.of());
            String softly = deploy(replication, kept, "keeps", Map.of("delete.mode", "soft"));
            deploy(replication, log, "appends", Map.of("apply.mode", "append"));

            try (Writers writers = Writers.start(source, 2, 47)) {
                writers.awaitMore(100);
                awaitRows(kept);
                replication.rest().stop(softly, Replication.PATIENCE);
                writers.awaitMore(300);
                writers.stop();
            }
            replication.awaitEqual(ITEMS);
            source.execute("DELETE FROM shop.items WHERE id IN (SELECT id FROM shop.items ORDER BY id LIMIT 10)");
            replication.awaitEqual(ITEMS);
            replication.rest().resume(softly);

            ContentComparison.awaitEqual(
                    Replication.PATIENCE,
                    TableContents.ofTable(source, ITEMS),
                    new TableContents(
                            kept,
                            "SELECT id, code, amount, doc, tags, changed_at FROM shop.items"
                                    + " WHERE tablecast_deleted_at IS NULL"));
            ForeignConsumer foreign = new ForeignConsumer();
            TopicReader.committed(KafkaBroker.shared())
                    .read(replication.topic(ITEMS))
                    .forEach(foreign::read);
            assertThat(foreign.table()).isEqualTo(rows(source, ""));
            // A row that came and went within one batch was never there to be kept.
            assertThat(keys(kept, "WHERE tablecast_deleted_at IS NOT NULL")).isSubsetOf(foreign.deleted);
            assertThat(keys(kept, "WHERE tablecast_deleted_at IS NOT NULL AND id <= " + ROWS))
                    .hasSizeGreaterThanOrEqualTo(10)
                    .containsExactlyInAnyOrderElementsOf(foreign.deletedUpTo(ROWS));
            Conditions.await(
                    Replication.PATIENCE,
                    () -> "the log has " + log.value("SELECT count(*) FROM shop.items") + " rows of "
                            + foreign.written.size(),
                    () -> log.number("SELECT count(*) FROM shop.items") >= foreign.written.size());
            assertThat(rows(log, "")).containsExactlyInAnyOrderElementsOf(foreign.written);
        }
    }

    private static String deploy(
            Replication replication, Database destination, String what, Map<String, String> settings) {
        String name = replication.sinkName() + "-" + what;
        Map<String, String> configuration = replication.sinkConfiguration(settings);
        configuration.put("name", name);
        configuration.put("connection.url", destination.jdbcUrl());
        replication.rest().putConnector(name, configuration);
        replication.rest().awaitRunning(name, Replication.PATIENCE);
        return name;
    }

    private static void awaitRows(Database destination) {
        Conditions.await(
                Replication.PATIENCE,
                "nothing arrives in " + destination,
                () -> destination.number("SELECT count(*) FROM pg_class WHERE oid = to_regclass('shop.items')") == 1);
    }

    private static List<Long> keys(Database database, String condition) {
        return database.column("SELECT id FROM shop.items " + condition).stream()
                .map(Long::valueOf)
                .toList();
    }

    private static List<List<String>> rows(Database database, String condition) {
        return database.rows("SELECT id, code FROM shop.items " + condition + " ORDER BY id");
    }

    /** A program that knows nothing but Debezium's format. */
    private static final class ForeignConsumer {
        private final Map<Long, String> codes = new HashMap<>();
        private final Set<Long> deleted = new HashSet<>();
        private final List<List<String>> written = new ArrayList<>();

        void read(TopicRecord each) {
            if (each.isTombstone()) {
                return;
            }
            JsonNode event = each.valuePayload();
            switch (event.path("op").asText()) {
                case "r", "c", "u" -> write(event.path("after"));
                case "d" -> delete(event.path("before").path("id").asLong());
                case "t" -> codes.clear();
                default -> throw new IllegalStateException("Not a change: " + event);
            }
        }

        private void write(JsonNode row) {
            long id = row.path("id").asLong();
            codes.put(id, row.path("code").asText());
            deleted.remove(id);
            written.add(List.of(Long.toString(id), row.path("code").asText()));
        }

        private void delete(long id) {
            codes.remove(id);
            deleted.add(id);
        }

        List<List<String>> table() {
            return codes.entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .map(row -> List.of(row.getKey().toString(), row.getValue()))
                    .toList();
        }

        List<Long> deletedUpTo(long key) {
            return deleted.stream().filter(each -> each <= key).toList();
        }
    }
}
