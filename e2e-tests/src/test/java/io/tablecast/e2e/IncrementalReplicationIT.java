// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.ConnectRestException;
import io.tablecast.testing.ConnectorOffset;
import io.tablecast.testing.ContentComparison;
import io.tablecast.testing.Database;
import io.tablecast.testing.TableContents;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Mode incremental from source row to destination row, through a real broker and a real worker. */
final class IncrementalReplicationIT {

    private static final Map<String, String> SOURCE = Map.of(
            "mode", "incremental",
            "poll.interval.ms", "100",
            "boundary", "0",
            "batch.max.rows", "300",
            "table.shop.events.control.column", "at",
            "table.shop.orders.control.column", "updated_at",
            "table.shop.orders.control.timezone", "Europe/Rome",
            "table.shop.orders.dst.pause", "off",
            "table.shop.stock.control.column", "version",
            "table.shop.log.control.column", "n");

    /** Enough to be under way when the worker dies, and few enough for two cores to replicate. */
    private static final int TRANSACTIONS_PER_WORKER = 1_500;

    private static final Map<String, String> SINK =
            Map.of("table.shop.events.apply.mode", "append", "table.shop.log.apply.mode", "append");

    @ParameterizedTest
    @EnumSource(ExactlyOnceSource.class)
    void destinationEqualsSourceAfterAKillUnderWriters(ExactlyOnceSource exactlyOnce) {
        try (Replication replication = Replication.start(exactlyOnce)) {
            Database source = replication.source();
            source.execute(StampedWriters.TABLES);
            replication.deploySink(SINK);

            // The first copies happen while the writers write.
            try (StampedWriters writers = StampedWriters.start(source, 4, 29)) {
                Map<String, String> settings = new HashMap<>(SOURCE);
                // A worker that comes back after a kill waits for the end of the transaction that it left open.
                settings.put("producer.override.transaction.timeout.ms", "30000");
                replication.deploySource(settings);
                writers.allow(TRANSACTIONS_PER_WORKER);
                writers.awaitMore(300);
                awaitSome(replication);
                replication.worker().kill();
                writers.allow(TRANSACTIONS_PER_WORKER);
                writers.awaitMore(300);
                replication.worker().startAgain();
                replication.rest().awaitRunning(replication.sourceName(), Replication.PATIENCE);
                replication.rest().awaitRunning(replication.sinkName(), Replication.PATIENCE);
                writers.allow(400);
                writers.awaitMore(300);
                writers.stop();
            }

            replication.awaitEqual("shop.orders", "shop.stock");
            if (exactlyOnce == ExactlyOnceSource.ENABLED) {
                replication.awaitEqual("shop.events", "shop.log");
                return;
            }
            // Rows that are only added come again after a kill; none may be missing.
            awaitEqualRows(replication, "SELECT DISTINCT * FROM shop.events");
            awaitEqualRows(replication, "SELECT DISTINCT * FROM shop.log");
        }
    }

    @Test
    void rangesAndWholeTablesAreReadAgainAndDrainedOverPlainRest() {
        try (Replication replication = Replication.start(ExactlyOnceSource.DISABLED)) {
            replication.source().execute(StampedWriters.TABLES);
            replication.deploySink(SINK);
            replication.deploySource(SOURCE);
            replication.awaitEqual("shop.events", "shop.orders", "shop.stock", "shop.log");

            readsARangeAgain(replication);
            readsARangeWithoutKeysAgain(replication);
            readsAWholeTableAgain(replication);
            refusesWhatIsNoValueOfTheControlColumn(replication);
            drainsWhatTheBoundaryHoldsBack(replication);
        }
    }

    /** Rows within the range are as at the source again, whatever was done to them; the others stay as they are. */
    private static void readsARangeAgain(Replication replication) {
        Database destination = replication.destination();
        destination.execute(
                "UPDATE shop.stock SET amount = -1 WHERE version BETWEEN 95 AND 105",
                "DELETE FROM shop.stock WHERE version BETWEEN 110 AND 112",
                "INSERT INTO shop.stock VALUES ('stray', 1, 120)");

        // These leave the range while the connector is stopped, and are sent behind it.
        replication.rest().stop(replication.sourceName(), Replication.PATIENCE);
        replication.source().execute("UPDATE shop.stock SET amount = 7, version = DEFAULT WHERE version IN (130, 131)");

        ask(replication, "shop.stock", Map.of("repull.from", "100", "repull.to", "150"));

        awaitEqualRows(replication, "SELECT * FROM shop.stock WHERE version >= 100");
        assertThat(destination.column("SELECT version FROM shop.stock WHERE amount = -1 ORDER BY version"))
                .containsExactly("95", "96", "97", "98", "99");
        ask(replication, "shop.stock", Map.of("repull.to", "100"));
        replication.awaitEqual("shop.stock");
        awaitRequestsDone(replication, "shop.stock");
    }

    private static void readsARangeWithoutKeysAgain(Replication replication) {
        String first = replication.source().value("SELECT min(n) FROM shop.log");
        String from = Long.toString(Long.parseLong(first) + 100);
        replication
                .destination()
                .execute(
                        "INSERT INTO shop.log SELECT n, 'twice' FROM shop.log WHERE n > " + from,
                        "DELETE FROM shop.log WHERE line = 'old' AND n > " + from + " + 50");

        ask(replication, "shop.log", Map.of("repull.from", from));

        replication.awaitEqual("shop.log");
        replication.source().execute("INSERT INTO shop.log (line) VALUES ('goes on')");
        replication.awaitEqual("shop.log");
    }

    private static void readsAWholeTableAgain(Replication replication) {
        replication.destination().execute("DELETE FROM shop.orders WHERE number > 100", "DELETE FROM shop.events");
        replication.rest().stop(replication.sourceName(), Replication.PATIENCE);
        replication
                .rest()
                .alterOffsets(
                        replication.sourceName(),
                        List.of(
                                new ConnectorOffset(replication.partition("shop.orders"), Map.of()),
                                new ConnectorOffset(replication.partition("shop.events"), Map.of())));
        replication.rest().resume(replication.sourceName());

        replication.awaitEqual("shop.orders", "shop.events");
        replication.source().execute("UPDATE shop.orders SET note = 'on', updated_at = DEFAULT WHERE number = 7");
        replication.awaitEqual("shop.orders");
    }

    private static void refusesWhatIsNoValueOfTheControlColumn(Replication replication) {
        assertThatThrownBy(() -> ask(replication, "shop.stock", Map.of("repull.from", "yesterday")))
                .isInstanceOf(ConnectRestException.class)
                .hasMessageContaining("repull.from")
                .hasMessageContaining("yesterday");
        replication.rest().resume(replication.sourceName());
        replication.rest().awaitRunning(replication.sourceName(), Replication.PATIENCE);
    }

    private static void drainsWhatTheBoundaryHoldsBack(Replication replication) {
        Map<String, String> held = new HashMap<>(SOURCE);
        held.put("boundary", "3600000");
        replication.deploySource(held);
        replication
                .source()
                .execute(
                        "INSERT INTO shop.events (payload) VALUES ('held back'), ('too')",
                        "INSERT INTO shop.stock (sku, amount) VALUES ('held back', 1)");
        long before = replication.destination().number("SELECT count(*) FROM shop.events");

        ask(replication, "shop.stock", Map.of("drain", "once"));
        replication.awaitEqual("shop.stock");
        assertThat(replication.destination().number("SELECT count(*) FROM shop.events"))
                .isEqualTo(before);
        ask(replication, "shop.events", Map.of("drain", "once"));
        replication.awaitEqual("shop.events");
        awaitRequestsDone(replication, "shop.stock");
        awaitRequestsDone(replication, "shop.events");
    }

    /** Stops the connector, adds to what is stored for the table, and resumes. */
    private static void ask(Replication replication, String table, Map<String, Object> requests) {
        replication.rest().stop(replication.sourceName(), Replication.PATIENCE);
        Map<String, Object> offset = new HashMap<>(offset(replication, table));
        offset.putAll(requests);
        replication
                .rest()
                .alterOffsets(
                        replication.sourceName(), List.of(new ConnectorOffset(replication.partition(table), offset)));
        replication.rest().resume(replication.sourceName());
        replication.rest().awaitRunning(replication.sourceName(), Replication.PATIENCE);
    }

    private static void awaitRequestsDone(Replication replication, String table) {
        Conditions.await(
                Replication.PATIENCE,
                () -> "the requests are still there: " + offset(replication, table),
                () -> offset(replication, table).keySet().stream()
                        .noneMatch(key -> key.startsWith("repull.") || key.equals("drain")));
    }

    private static Map<String, Object> offset(Replication replication, String table) {
        return replication.rest().offsets(replication.sourceName()).stream()
                .filter(each -> each.partition().equals(replication.partition(table)))
                .findFirst()
                .orElseThrow()
                .offset();
    }

    private static void awaitSome(Replication replication) {
        awaitMinimum(replication, "shop.log", 600);
        awaitMinimum(replication, "shop.events", 600);
    }

    private static void awaitMinimum(Replication replication, String table, long rows) {
        Conditions.await(
                Replication.PATIENCE,
                "fewer than " + rows + " rows of " + table + " at the destination",
                () -> replication
                                        .destination()
                                        .number("SELECT count(*) FROM pg_class WHERE oid = to_regclass('" + table
                                                + "')")
                                == 1
                        && replication.destination().number("SELECT count(*) FROM " + table) >= rows);
    }

    private static void awaitEqualRows(Replication replication, String query) {
        ContentComparison.awaitEqual(
                Replication.PATIENCE,
                new TableContents(replication.source(), query),
                new TableContents(replication.destination(), query));
    }
}
