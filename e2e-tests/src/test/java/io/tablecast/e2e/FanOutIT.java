// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.ConnectRest;
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
    private static final String DELETE_FIRST =
            "DELETE FROM shop.items WHERE id IN (SELECT id FROM shop.items ORDER BY id LIMIT %d)";

    @Test
    void everyReaderOfOneSourceHasItRightInItsOwnWay() {
        try (Replication replication = Replication.start(ExactlyOnceSource.ENABLED);
                Database kept = PostgresServer.shared().createDatabase();
                Database log = PostgresServer.shared().createDatabase()) {
            Database source = replication.source();
            source.execute(Writers.TABLE);
            Writers.fill(source, ROWS);
            ConnectRest rest = replication.rest();
            rest.putConnector(replication.sourceName(), replication.sourceConfiguration(Map.of("mode", "queue")));
            rest.putConnector(replication.sinkName(), replication.sinkConfiguration(Map.of("snapshot.apply", "swap")));
            String softly = deploy(replication, kept, "keeps", Map.of("delete.mode", "soft"));
            String added = deploy(replication, log, "appends", Map.of("apply.mode", "append", "batch.max.rows", "100"));
            List.of(replication.sourceName(), replication.sinkName(), softly, added)
                    .forEach(name -> rest.awaitRunning(name, Replication.PATIENCE));

            write(source, 100);
            awaitTable(kept);
            rest.stop(softly, Replication.PATIENCE);
            String keptTable = oid(kept);
            long mark = offset(kept);
            write(source, 300);
            source.execute(DELETE_FIRST.formatted(10));
            replication.awaitEqual(ITEMS);
            copyAgain(replication);
            awaitOffset(log, mark + 1);
            assertThat(offset(kept)).as("the one that is down").isEqualTo(mark);
            rest.resume(softly);

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
            assertThat(foreign.table()).isEqualTo(rows(source));
            // A copy is merged into a table that keeps what is deleted.
            assertThat(oid(kept)).isEqualTo(keptTable);
            // A row that came and went within one batch was never there to be kept.
            assertThat(keys(kept, "WHERE tablecast_deleted_at IS NOT NULL")).isSubsetOf(foreign.deleted);
            assertThat(keys(kept, "WHERE tablecast_deleted_at IS NOT NULL AND id <= " + ROWS))
                    .hasSizeGreaterThanOrEqualTo(15)
                    .containsExactlyInAnyOrderElementsOf(foreign.deletedUpTo(ROWS));
            awaitOffset(log, foreign.next);
            assertThat(rows(log)).containsExactlyInAnyOrderElementsOf(foreign.written);
        }
    }

    // No more than that: writers take what readers could use, too.
    private static void write(Database source, int transactions) {
        try (Writers writers = Writers.start(source, 2, transactions)) {
            writers.awaitMore(transactions);
            writers.stop();
        }
    }

    private static void awaitOffset(Database database, long offset) {
        Conditions.await(
                Replication.PATIENCE,
                () -> "written are " + offset(database) + " of " + offset + " records",
                () -> offset(database) >= offset);
    }

    /** Has the source copy the table anew, without the rows that were deleted while it was away. */
    private static void copyAgain(Replication replication) {
        String before = oid(replication.destination());
        String source = replication.sourceName();
        replication.rest().stop(source, Replication.PATIENCE);
        replication.source().execute(DELETE_FIRST.formatted(5), "UPDATE shop.items SET amount = 8 WHERE id % 10 = 0");
        replication.rest().deleteOffsets(source);
        replication.rest().resume(source);
        Conditions.await(
                Replication.PATIENCE,
                "the new copy is not switched to",
                () -> !oid(replication.destination()).equals(before));
        replication.awaitEqual(ITEMS);
    }

    private static String oid(Database database) {
        return database.value("SELECT to_regclass('shop.items')::oid");
    }

    /** Up to where the only sink of a database has written. */
    private static long offset(Database database) {
        return database.number("SELECT next_offset FROM tablecast.sink_offset");
    }

    private static String deploy(
            Replication replication, Database destination, String what, Map<String, String> settings) {
        String name = replication.sinkName() + "-" + what;
        Map<String, String> configuration = replication.sinkConfiguration(settings);
        configuration.put("name", name);
        configuration.put("connection.url", destination.jdbcUrl());
        replication.rest().putConnector(name, configuration);
        return name;
    }

    private static void awaitTable(Database destination) {
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

    private static List<List<String>> rows(Database database) {
        return database.rows("SELECT id, code FROM shop.items ORDER BY id");
    }

    /** A program that knows nothing but Debezium's format. */
    private static final class ForeignConsumer {
        private final Map<Long, String> codes = new HashMap<>();
        private final Set<Long> deleted = new HashSet<>();
        private final List<List<String>> written = new ArrayList<>();
        private long next;

        void read(TopicRecord each) {
            next = each.offset() + 1;
            if (each.isTombstone()) {
                return;
            }
            JsonNode event = each.valuePayload();
            switch (event.path("op").asText()) {
                case "r", "c", "u" -> write(event.path("after"));
                case "d" -> delete(event.path("before").path("id").asLong());
                case "t" -> empty();
                default -> throw new IllegalStateException("Not a change: " + event);
            }
        }

        private void write(JsonNode row) {
            long id = row.path("id").asLong();
            codes.put(id, row.path("code").asText());
            deleted.remove(id);
            written.add(List.of(Long.toString(id), row.path("code").asText()));
        }

        // Every copy begins so, and a log of what is written begins anew with it.
        private void empty() {
            deleted.addAll(codes.keySet());
            codes.clear();
            written.clear();
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
