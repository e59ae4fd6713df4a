// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.ConnectRestException;
import io.tablecast.testing.ConnectorOffset;
import io.tablecast.testing.Database;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the offsets' REST interface can ask for, table by table, in every mode. */
final class OffsetControlIT {

    private static final String QUEUE = "shop.orders";
    private static final String SNAPSHOT = "shop.prices";
    private static final String INCREMENTAL = "shop.events";
    private static final String DELAYED = "shop.readings";

    private static Replication replication;
    private static Database source;
    private static Database destination;

    @BeforeAll
    static void start() {
        replication = Replication.start(ExactlyOnceSource.DISABLED);
        source = replication.source();
        destination = replication.destination();
        source.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id bigint PRIMARY KEY, note text)",
                "CREATE TABLE shop.prices (id bigint PRIMARY KEY, note text)",
                "CREATE TABLE shop.events (id bigint PRIMARY KEY, note text)",
                "CREATE TABLE shop.readings (id bigint PRIMARY KEY, note text)");
        for (String table : List.of(QUEUE, SNAPSHOT, INCREMENTAL, DELAYED)) {
            source.execute("INSERT INTO " + table + " SELECT i, 'note ' || i FROM generate_series(1, 100) AS i");
        }
        replication.deploySource(Map.of(
                "mode", "queue",
                "heartbeat.interval.ms", "500",
                "table.shop.prices.mode", "snapshot",
                "table.shop.events.mode", "incremental",
                "table.shop.events.control.column", "id",
                "table.shop.readings.mode", "incremental",
                "table.shop.readings.control.column", "id",
                "table.shop.readings.boundary", "50"));
        replication.deploySink(Map.of());
        replication.awaitEqual(QUEUE, SNAPSHOT, INCREMENTAL);
        awaitRows(DELAYED, 50);
    }

    @AfterAll
    static void stop() {
        replication.close();
    }

    @Test
    void deletedOffsetsHaveTheirTablesCopiedAgainInEveryMode() {
        loseRows(QUEUE, SNAPSHOT, INCREMENTAL);

        stopSource();
        patch(deletion(QUEUE), deletion(SNAPSHOT), deletion(INCREMENTAL));
        resumeSource();

        replication.awaitEqual(QUEUE, SNAPSHOT, INCREMENTAL);
    }

    @Test
    void deletionOfAllOffsetsCopiesEverythingAgain() {
        loseRows(QUEUE, SNAPSHOT, INCREMENTAL);

        stopSource();
        replication.rest().deleteOffsets(replication.sourceName());
        resumeSource();

        replication.awaitEqual(QUEUE, SNAPSHOT, INCREMENTAL);
    }

    @Test
    void rangeIsReadAgainAndNothingElse() {
        destination.execute("DELETE FROM shop.events WHERE id BETWEEN 20 AND 29 OR id = 70");

        change(INCREMENTAL, Map.of("repull.from", 20, "repull.to", 30));

        Conditions.await(Replication.PATIENCE, "the range is not read again", () -> rows(INCREMENTAL) == 99);
        assertThat(destination.number("SELECT count(*) FROM shop.events WHERE id = 70"))
                .isZero();
        change(INCREMENTAL, Map.of("repull.from", 70));
        replication.awaitEqual(INCREMENTAL);
    }

    @Test
    void drainReadsOnceWhatTheBoundaryHoldsBack() {
        change(DELAYED, Map.of("drain", "once"));

        replication.awaitEqual(DELAYED);
        Conditions.await(
                Replication.PATIENCE,
                "the request stays",
                () -> !offset(DELAYED).containsKey("drain"));
        source.execute("INSERT INTO shop.readings VALUES (101, 'held back again'), (151, 'so that 101 is due')");
        awaitRows(DELAYED, 101);
    }

    @Test
    void tableOfModeSnapshotIsRunNow() {
        source.execute("UPDATE shop.prices SET note = 'run ' || note");

        change(SNAPSHOT, Map.of("run", "now"));

        replication.awaitEqual(SNAPSHOT);
        Conditions.await(
                Replication.PATIENCE,
                "the request stays",
                () -> !offset(SNAPSHOT).containsKey("run"));
    }

    @Test
    void requestsThatCannotBeMetAreRefusedWithAllTheirFaults() {
        stopSource();
        Map<String, Object> queue = offset(QUEUE);
        Map<String, Object> events = offset(INCREMENTAL);
        Map<String, Object> foreign = with(offset(SNAPSHOT), Map.of("system", "42"));

        assertRefused(
                new ConnectorOffset(Map.of("server", "erp"), Map.of()),
                "Source partition {server=erp} is not of the form {\"table\": \"<topic.prefix>/<schema>.<table>\"}");
        assertRefused(
                new ConnectorOffset(Map.of("table", "crm/shop.orders"), Map.of()),
                "Source partition {table=crm/shop.orders} belongs to topic.prefix \"crm\"; this connector's is");
        assertRefused(
                new ConnectorOffset(partition("other.table"), queue),
                "The table other.table is not captured: it does not match table.include.list, or matches"
                        + " table.exclude.list. Its offset can only be deleted.");
        assertRefused(
                new ConnectorOffset(partition(SNAPSHOT), queue),
                "The table shop.prices is read in mode snapshot, and cannot go on at an offset of mode queue.");
        assertRefused(
                new ConnectorOffset(partition(SNAPSHOT), foreign),
                "The table shop.prices cannot go on at this offset: it belongs to another server or database");
        assertRefused(
                new ConnectorOffset(partition(QUEUE), with(queue, Map.of("from", "yesterday"))),
                "must be a PostgreSQL snapshot such as 795:799:795,797, but is yesterday");
        assertRefused(
                new ConnectorOffset(partition(QUEUE), with(queue, Map.of("repull.from", 1))),
                "is not part of an offset in this state");
        assertRefused(
                new ConnectorOffset(partition(INCREMENTAL), with(events, Map.of("repull.from", 9, "repull.to", 3))),
                "must be greater than repull.from, but is 3");
        assertRefused(
                new ConnectorOffset(partition(INCREMENTAL), with(events, Map.of("repull.from", "monday"))),
                "must be a whole number such as 4711, but is monday");
        assertRefused(
                new ConnectorOffset(partition(INCREMENTAL), with(events, Map.of("control.column", "note"))),
                "its control column is \"id\" of type integer, and the offset's is \"note\" of type integer");
        assertRefused(
                new ConnectorOffset(partition(INCREMENTAL), with(events, Map.of("run", "tomorrow"))),
                "must be one of now, but is tomorrow");

        assertThat(offset(QUEUE)).isEqualTo(queue);
        resumeSource();
    }

    @Test
    void offsetThatItsQueueNoLongerHoldsIsRefused() {
        stopSource();
        Map<String, Object> old = offset(QUEUE);
        resumeSource();
        source.execute("INSERT INTO shop.orders SELECT max(id) + 1, 'later' FROM shop.orders");
        replication.awaitEqual(QUEUE);
        Conditions.await(
                Replication.PATIENCE,
                "the queue is not cleaned",
                () -> source.number("SELECT count(*) FROM tablecast.queue_shop_orders") == 0
                        && source.number("SELECT count(*) FROM tablecast.queue_consumer WHERE confirmed::text = '"
                                        + old.get("from") + "'")
                                == 0);
        stopSource();

        assertRefused(
                new ConnectorOffset(partition(QUEUE), old),
                "The table shop.orders cannot go on at this offset: its offset (" + old.get("from")
                        + ") is older than what the queue still holds (");
        resumeSource();
        source.execute("INSERT INTO shop.orders SELECT max(id) + 1, 'still followed' FROM shop.orders");
        replication.awaitEqual(QUEUE);
    }

    /** What a user does: stop, take the offset that is shown, add to it, send it back, resume. */
    private static void change(String table, Map<String, ?> requests) {
        stopSource();
        patch(new ConnectorOffset(partition(table), with(offset(table), requests)));
        resumeSource();
    }

    private static void assertRefused(ConnectorOffset offset, String message) {
        assertThatThrownBy(() -> patch(offset))
                .isInstanceOf(ConnectRestException.class)
                .hasMessageContaining(message.replace("\"", "\\\""));
    }

    private static void patch(ConnectorOffset... offsets) {
        replication.rest().alterOffsets(replication.sourceName(), List.of(offsets));
    }

    private static void stopSource() {
        replication.rest().stop(replication.sourceName(), Replication.PATIENCE);
    }

    private static void resumeSource() {
        replication.rest().resume(replication.sourceName());
        replication.rest().awaitRunning(replication.sourceName(), Replication.PATIENCE);
    }

    private static ConnectorOffset deletion(String table) {
        return new ConnectorOffset(partition(table), Map.of());
    }

    private static Map<String, Object> partition(String table) {
        return Map.of("table", replication.topic("x").replace(".x", "") + "/" + table);
    }

    private static Map<String, Object> offset(String table) {
        return replication.rest().offsets(replication.sourceName()).stream()
                .filter(offset -> offset.partition().equals(partition(table)))
                .findAny()
                .orElseThrow()
                .offset();
    }

    private static Map<String, Object> with(Map<String, Object> offset, Map<String, ?> more) {
        Map<String, Object> all = new LinkedHashMap<>(offset);
        all.putAll(more);
        return all;
    }

    private static void loseRows(String... tables) {
        List<String> statements = new ArrayList<>();
        for (String table : tables) {
            statements.add("DELETE FROM " + table + " WHERE id > 10");
        }
        destination.execute(statements.toArray(String[]::new));
    }

    private static void awaitRows(String table, long count) {
        Conditions.await(
                Replication.PATIENCE,
                () -> "rows of " + table + ", which should be " + count,
                () -> destination.number("SELECT CASE WHEN to_regclass('" + table + "') IS NULL THEN 0 ELSE 1 END") == 1
                        && rows(table) == count);
    }

    private static long rows(String table) {
        return destination.number("SELECT count(*) FROM " + table);
    }
}
