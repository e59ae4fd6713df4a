// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.WorkerMetrics;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import io.tablecast.testing.WorkerOptions.Monitoring;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.function.DoublePredicate;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** What an operator reads over JMX about each table. */
final class MetricsIT {

    private static final String ITEMS = "shop.items";
    private static final String PRICES = "shop.prices";
    private static final int ITEM_ROWS = 1_000;
    private static final int PRICE_ROWS = 200;

    @Test
    void workerShowsRowsLagAndErrorsOfEveryTable() throws SQLException {
        try (Replication replication = Replication.start(
                Replication.options(ExactlyOnceSource.DISABLED).withMonitoring(Monitoring.JMX))) {
            replicateItemsAndPrices(replication);
            try (WorkerMetrics worker = replication.worker().metrics()) {
                Figures queue = new Figures(worker, replication.sourceName());
                Figures snapshots = new Figures(worker, snapshotSource(replication));
                Figures sink = new Figures(worker, replication.sinkName());

                countsTheFirstCopies(queue, snapshots, sink);
                countsChanges(replication, queue, sink);
                countsAnotherSnapshot(replication, snapshots, sink);
                showsHowFarTheSinkIsBehind(replication, sink);
                countsTheRecordPutAside(replication, sink);
                showsHowLargeTheQueueIs(replication, queue);
                queue.assertFigures(ITEMS, Map.of("failures-in-a-row", 0));
                snapshots.assertFigures(PRICES, Map.of("failures-in-a-row", 0));
                queue.await(ITEMS, "lag-seconds", lag -> lag == 0);
                // Not 0 while it looks whether the table has changed.
                snapshots.await(PRICES, "lag-seconds", lag -> lag == 0);
            }
        }
    }

    private static void replicateItemsAndPrices(Replication replication) {
        replication.source().execute(Writers.TABLE);
        Writers.fill(replication.source(), ITEM_ROWS);
        replication
                .source()
                .execute(
                        "CREATE TABLE shop.prices (sku text, price numeric(10,2))",
                        "INSERT INTO shop.prices SELECT i, i FROM generate_series(1, " + PRICE_ROWS + ") AS i",
                        "ANALYZE");
        // A tombstone would be counted as a change of its own.
        replication.deploySource(
                Map.of("mode", "queue", "table.include.list", "shop\\.items", "tombstones.on.delete", "false"));
        replication
                .rest()
                .putConnector(
                        snapshotSource(replication),
                        replication.sourceConfiguration(Map.of(
                                "name", snapshotSource(replication),
                                "mode", "snapshot",
                                "poll.interval.ms", "300",
                                "table.include.list", "shop\\.prices")));
        replication.rest().awaitRunning(snapshotSource(replication), Replication.PATIENCE);
        // One task: with two, a table may move between them at first, and each counts what it has written itself.
        replication.deploySink(Map.of("errors.tolerance", "all", "tasks.max", "1"));
        replication.awaitEqual(ITEMS, PRICES);
    }

    private static void countsTheFirstCopies(Figures queue, Figures snapshots, Figures sink) {
        sink.await(ITEMS, "rows-applied", rows -> rows == ITEM_ROWS);
        sink.await(PRICES, "rows-applied", rows -> rows == PRICE_ROWS);

        assertThat(queue.names(ITEMS))
                .containsExactly(
                        "bytes",
                        "failures-in-a-row",
                        "lag-seconds",
                        "last-success-ms",
                        "queue-held-by",
                        "queue-oldest-seconds",
                        "queue-rows",
                        "records",
                        "snapshot-rows-done",
                        "snapshot-rows-estimated");
        assertThat(snapshots.names(PRICES)).isEqualTo(queue.names(ITEMS));
        assertThat(sink.names(ITEMS))
                .containsExactly(
                        "batches",
                        "errors",
                        "lag-seconds",
                        "last-success-ms",
                        "quarantined",
                        "rows-applied",
                        "snapshots");
        // A copy begins with one record that tells so.
        queue.assertFigures(
                ITEMS,
                Map.of(
                        "records", ITEM_ROWS + 1,
                        "snapshot-rows-done", ITEM_ROWS,
                        "snapshot-rows-estimated", ITEM_ROWS));
        snapshots.assertFigures(
                PRICES,
                Map.of(
                        "records", PRICE_ROWS + 1,
                        "snapshot-rows-done", PRICE_ROWS,
                        "snapshot-rows-estimated", PRICE_ROWS));
        sink.assertFigures(ITEMS, Map.of("snapshots", 1, "errors", 0, "lag-seconds", 0));
        sink.assertFigures(PRICES, Map.of("snapshots", 1, "batches", 0, "errors", 0, "lag-seconds", 0));
        assertThat(queue.of(ITEMS, "bytes")).isBetween(ITEM_ROWS * 10.0, ITEM_ROWS * 1000.0);
        for (Figures figures : List.of(queue, sink)) {
            assertThat(figures.of(ITEMS, "last-success-ms"))
                    .isBetween(System.currentTimeMillis() - 120_000.0, System.currentTimeMillis() + 0.0);
        }
        assertThat(sink.ofTask("retries")).isZero();
    }

    private static void countsChanges(Replication replication, Figures queue, Figures sink) {
        replication
                .source()
                .execute(
                        "UPDATE shop.items SET amount = 1 WHERE id <= 10",
                        "DELETE FROM shop.items WHERE id BETWEEN 11 AND 15",
                        "INSERT INTO shop.items (id, code) VALUES (9001, 'new')");
        replication.awaitEqual(ITEMS);

        int changes = 10 + 5 + 1;
        sink.await(ITEMS, "rows-applied", rows -> rows == ITEM_ROWS + changes);
        queue.assertFigures(ITEMS, Map.of("records", ITEM_ROWS + 1 + changes));
        queue.await(ITEMS, "lag-seconds", lag -> lag == 0);
        sink.await(ITEMS, "lag-seconds", lag -> lag == 0);
        assertThat(sink.of(ITEMS, "batches")).isBetween(1.0, 16.0);
    }

    private static void countsAnotherSnapshot(Replication replication, Figures snapshots, Figures sink) {
        replication.source().execute("INSERT INTO shop.prices VALUES ('more', 1)");
        replication.awaitEqual(PRICES);

        sink.await(PRICES, "snapshots", count -> count == 2);
        sink.assertFigures(PRICES, Map.of("rows-applied", 2 * PRICE_ROWS + 1));
        snapshots.assertFigures(
                PRICES, Map.of("records", 2 * (PRICE_ROWS + 1) + 1, "snapshot-rows-done", PRICE_ROWS + 1));
    }

    private static void showsHowFarTheSinkIsBehind(Replication replication, Figures sink) throws SQLException {
        try (Connection connection = replication.destination().connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE shop.items IN SHARE MODE");
            replication.source().execute("UPDATE shop.items SET amount = 2 WHERE id = 1");

            sink.await(ITEMS, "lag-seconds", lag -> lag > 1 && lag < 60);
            connection.rollback();
        }
        sink.await(ITEMS, "lag-seconds", lag -> lag == 0);
        replication.awaitEqual(ITEMS);
    }

    private static void countsTheRecordPutAside(Replication replication, Figures sink) {
        Database destination = replication.destination();
        double before = sink.of(ITEMS, "rows-applied");
        destination.execute("ALTER TABLE shop.items ADD CONSTRAINT cheap CHECK (amount < 1000000)");
        replication.source().execute("UPDATE shop.items SET amount = 999999 + (id = 2)::integer WHERE id IN (2, 3, 4)");

        sink.await(ITEMS, "errors", errors -> errors == 1);
        assertThat(destination.column("SELECT amount FROM shop.items WHERE id IN (2, 3, 4) ORDER BY id"))
                .containsExactly("1.00", "999999.00", "999999.00");
        sink.await(ITEMS, "rows-applied", rows -> rows == before + 2);
        sink.assertFigures(ITEMS, Map.of("errors", 1, "lag-seconds", 0));
        sink.assertFigures(PRICES, Map.of("errors", 0));
    }

    /** A connector that was deleted, as far as the queue can tell, and has not read for two minutes. */
    private static void showsHowLargeTheQueueIs(Replication replication, Figures queue) {
        queue.await(ITEMS, "queue-rows", rows -> rows == 0);
        replication
                .source()
                .execute(
                        "INSERT INTO tablecast.queue_consumer (consumer, table_schema, table_name, confirmed)"
                                + " VALUES ('deleted/shop', 'shop', 'items', pg_current_snapshot())",
                        "UPDATE shop.items SET amount = 3 WHERE id <= 10",
                        "UPDATE tablecast.queue_shop_items SET changed_at = changed_at - interval '2 min'");

        queue.await(ITEMS, "queue-rows", rows -> rows == 10);
        queue.await(ITEMS, "queue-oldest-seconds", age -> age > 100);
        Conditions.await(
                Replication.PATIENCE,
                "queue-held-by names the consumer",
                () -> queue.text(ITEMS, "queue-held-by").equals("consumer deleted/shop"));

        replication.source().execute("DELETE FROM tablecast.queue_consumer WHERE consumer = 'deleted/shop'");
        queue.await(ITEMS, "queue-rows", rows -> rows == 0);
    }

    private static String snapshotSource(Replication replication) {
        return replication.sourceName() + "-of-snapshots";
    }

    /** The metrics of the tables of one connector. */
    private record Figures(WorkerMetrics worker, String connector) {

        List<String> names(String table) {
            return worker.attributes(bean(table));
        }

        double of(String table, String figure) {
            return ((Number) worker.value(bean(table), figure)).doubleValue();
        }

        String text(String table, String figure) {
            return String.valueOf(worker.value(bean(table), figure));
        }

        private ObjectName bean(String table) {
            List<ObjectName> beans =
                    worker.names("kafka.connect:type=plugins,connector=" + connector + ",table=" + table + ",*");
            assertThat(beans)
                    .as("beans of " + table + " among " + worker.names("kafka.connect:type=plugins,*"))
                    .hasSize(1);
            return beans.get(0);
        }

        double ofTask(String figure) {
            return worker.names("kafka.connect:type=plugins,connector=" + connector + ",*").stream()
                    .filter(name -> worker.attributes(name).contains(figure))
                    .mapToDouble(name -> ((Number) worker.value(name, figure)).doubleValue())
                    .sum();
        }

        void assertFigures(String table, Map<String, Integer> expected) {
            expected.forEach((figure, value) -> assertThat(of(table, figure))
                    .as(figure + " of " + table + " by " + connector)
                    .isEqualTo(value.doubleValue()));
        }

        void await(String table, String figure, DoublePredicate condition) {
            Conditions.await(
                    Replication.PATIENCE,
                    () -> figure + " of " + table + " by " + connector + " is " + of(table, figure),
                    () -> condition.test(of(table, figure)));
        }
    }
}
