// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.SnapshotBegin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** With {@code on.table.error=quarantine} a table that cannot be written waits, and the others go on. */
class QuarantineIT {

    private final TopicLog log = new TopicLog("erp.shop.orders", 0);
    private final Orders orders = new Orders(log, "orders");
    private final TopicLog other = new TopicLog("erp.shop.items", 0);
    private final Orders items = new Orders(other, "items");
    private Destination destination;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
        destination
                .database()
                .execute(
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code varchar(8), amount int)");
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @Test
    void aTableThatRefusesARecordWaitsWhileOthersGoOn() {
        poison();
        try (DrivenTask task = task()) {
            task.open(log, other);
            quarantine(task);
            orders.insert(99, "later", 1);
            goOn(task);
        }

        assertThat(destination.orders()).as("no later change is applied").containsExactly("1:a:1");
        assertThat(destination.storedOffset("erp.shop.orders")).isEqualTo(1);
        assertThat(cause())
                .startsWith(
                        "quarantined: Cannot apply erp.shop.orders[0]@1 to shop.orders, key (id=2), column \"code\"");
    }

    @Test
    void anotherCopyBringsTheTableBack() {
        poison();
        try (DrivenTask task = task()) {
            task.open(log, other);
            quarantine(task);
            orders.insert(99, "later", 1);
            new SnapshotRecords(orders).whole("s1", "queue", List.of(orders.row(2, "short", 1), orders.row(3, "c", 3)));
            orders.update(3, "cc", 33);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("2:short:1", "3:cc:33");
        assertThat(cause()).isNull();
    }

    @Test
    void aRestartTriesAgainAndLosesNothing() {
        poison();
        try (DrivenTask task = task()) {
            task.open(log, other);
            quarantine(task);
            orders.insert(99, "later", 1);
            goOn(task);
        }
        destination.database().execute("ALTER TABLE shop.orders ALTER code TYPE text");
        try (DrivenTask task = task()) {
            task.open(log, other);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("1:a:1", "2:far too long:2", "3:c:3", "99:later:1");
        assertThat(cause()).isNull();
    }

    /** What failed may have been outside of the range. */
    @Test
    void aRangeThatIsReadAgainWaitsForTheRestart() {
        poison();
        try (DrivenTask task = task()) {
            task.open(log, other);
            quarantine(task);
            new Snapshots(orders).range("r1", new SnapshotBegin.Range("amount", "2", ""), 2, 3, "short");
            goOn(task);
        }
        assertThat(cause()).startsWith("quarantined: ");
        assertThat(destination.orders()).containsExactly("1:a:1");
        destination.database().execute("ALTER TABLE shop.orders ALTER code TYPE text");
        try (DrivenTask task = task()) {
            task.open(log, other);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("1:a:1", "2:short:2", "3:short:3");
        assertThat(cause()).isNull();
    }

    @Test
    void alteredOffsetsPassTheRecordBy() {
        poison();
        try (DrivenTask task = task()) {
            task.open(log, other);
            quarantine(task);
        }
        assertThat(new PostgresSinkConnector().alterOffsets(destination.settings(), Map.of(log.partition(), 2L)))
                .isTrue();
        try (DrivenTask task = task()) {
            task.open(log, other);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("1:a:1", "3:c:3");
    }

    @Test
    void aMissingPrivilegeAndAMissingColumnConcernTheirTableAlone() {
        destination
                .database()
                .execute("DROP TABLE shop.orders", "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text)");
        orders.insert(1, "a", 1);
        items.insert(1, "i", 1);
        try (DrivenTask task =
                destination.task("on.table.error", "quarantine", "table.shop.orders.schema.evolution", "none")) {
            task.open(log, other);
            task.turnUntil("the table is quarantined", () -> cause() != null);
            goOn(task);
        }

        assertThat(cause()).contains("it lacks the columns [amount]");
    }

    @Test
    void aCopyThatCannotBeLoadedConcernsItsTableAlone() {
        destination
                .database()
                .execute(
                        "DROP TABLE shop.orders",
                        "CREATE MATERIALIZED VIEW shop.orders AS SELECT 1::bigint AS id, ''::text AS code, 1 AS amount");
        new SnapshotRecords(orders).whole("s1", "queue", List.of(orders.row(2, "short", 1)));
        try (DrivenTask task = task()) {
            task.open(log, other);
            quarantine(task);
            goOn(task);
        }

        assertThat(cause()).contains("quarantined: Cannot write to shop.orders");
        assertThat(destination
                        .database()
                        .rows("SELECT kind, snapshot_id, outcome, starts_with(detail, 'Cannot write to shop.orders')"
                                + " FROM tablecast.run_history"))
                .containsExactly(List.of("snapshot", "s1", "failed", "t"));
    }

    @Test
    void aRowThatACopyInBatchesCannotTakeConcernsItsTableAlone() {
        Snapshots snapshots = new Snapshots(orders);
        snapshots.begin("s1", "queue");
        snapshots.rows("s1", 1, 3);
        snapshots.row("s1", 4, 4, "far too long", Snapshots.end("s1", 4));
        try (DrivenTask task = task("snapshot.apply", "truncate")) {
            task.open(log, other);
            quarantine(task);
            orders.insert(99, "later", 1);
            goOn(task);

            assertThat(cause())
                    .startsWith(
                            "quarantined: Cannot apply erp.shop.orders[0]@4 to shop.orders, key (id=4), column \"code\"");
            assertThat(destination.orders()).isEmpty();
            snapshots.whole("s2", "queue", 2);
            orders.update(2, "newer", 2);
            task.drain();
        }
        orders.update(1, "newer", 1);
        try (DrivenTask task = task("snapshot.apply", "truncate")) {
            task.open(log, other);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("1:newer:1", "2:newer:2");
        assertThat(cause()).isNull();
        assertThat(destination.database().number("SELECT count(*) FROM tablecast.staged_load"))
                .as("the copy that failed is not gone on with")
                .isZero();
    }

    @Test
    void aCopyInBatchesThatCannotBeSwitchedInWaitsForSomebodyToAct() {
        Snapshots snapshots = new Snapshots(orders);
        snapshots.begin("s1", "queue");
        snapshots.rows("s1", 1, 3);
        try (DrivenTask task = task("snapshot.transaction.max.ms", "0")) {
            task.open(log, other);
            task.turnUntil("rows are committed aside", () -> destination.committedTo(log) == log.end());
            destination.database().execute("ALTER TABLE shop.orders ADD note text");
            snapshots.lastRows("s1", 4, 5);
            quarantine(task);
            goOn(task);
            assertThat(cause()).contains("its columns [note] do not come from the source");
            for (String copy : List.of("k1", "k2")) {
                new Snapshots(items).whole(copy, "queue", 2);
                task.turnUntil("the other table is copied", () -> outcomes().contains(copy + " loaded"));
            }
            assertThat(outcomes())
                    .as("it is switched in once")
                    .containsExactlyInAnyOrder("s1 failed", "k1 loaded", "k2 loaded");
        }
        destination.database().execute("ALTER TABLE shop.orders DROP note");
        try (DrivenTask task = task("snapshot.transaction.max.ms", "0")) {
            task.open(log, other);
            task.drain();
        }

        assertThat(destination.orders()).hasSize(5);
        assertThat(cause()).isNull();
    }

    private List<String> outcomes() {
        return destination.database().column("SELECT snapshot_id || ' ' || outcome FROM tablecast.run_history");
    }

    @Test
    void tablesThatShareThePartitionWaitWithIt() {
        Orders inSamePartition = new Orders(log, "lines");
        inSamePartition.insert(1, "l", 1);
        poison();
        try (DrivenTask task = task()) {
            task.open(log, other);
            quarantine(task);
            inSamePartition.insert(2, "m", 2);
            new SnapshotRecords(orders).whole("s1", "queue", List.of(orders.row(2, "short", 1)));
            goOn(task);
        }
        assertThat(cause())
                .as("a copy of one table does not bring the other's records back")
                .isNotNull();
        destination.database().execute("ALTER TABLE shop.orders ALTER code TYPE text");
        try (DrivenTask task = task()) {
            task.open(log, other);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("2:short:1");
        assertThat(destination.database().column("SELECT code FROM shop.lines ORDER BY id"))
                .containsExactly("l", "m");
    }

    @Test
    void aCopyInAnotherTopicWaitsUntilTheOffsetOfTheFirstIsSetBehindTheRecord() {
        TopicLog copies = new TopicLog("erp.copies.orders", 0);
        poison();
        try (DrivenTask task = task()) {
            task.open(log, other, copies);
            quarantine(task);
            new Snapshots(new Orders(copies, "orders")).whole("s1", "queue", 4);
            goOn(task);
            assertThat(destination.committedTo(copies)).isZero();
            assertThat(destination.orders()).containsExactly("1:a:1");
        }
        assertThat(new PostgresSinkConnector().alterOffsets(destination.settings(), Map.of(log.partition(), 2L)))
                .isTrue();
        try (DrivenTask task = task()) {
            task.open(log, other);
            task.drain();
            assertThat(destination.orders()).containsExactly("1:a:1", "3:c:3");
            task.open(copies);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("1:row 1:1", "2:row 2:2", "3:row 3:3", "4:row 4:4");
        assertThat(cause()).isNull();
    }

    @Test
    void aRecordThatCannotBeReadParksItsTable() {
        orders.insert(1, "a", 1);
        log.send(null, null, Schema.STRING_SCHEMA, "hello", new ConnectHeaders());
        try (DrivenTask task = destination.task("on.table.error", "quarantine")) {
            task.open(log, other);
            task.turnUntil("the table is quarantined", () -> cause() != null);
            goOn(task);
        }

        assertThat(destination.orders()).containsExactly("1:a:1");
        assertThat(destination.storedOffset("erp.shop.orders")).isEqualTo(1);
    }

    @Test
    void rowsThatSwapAUniqueValueAreNotBlamedForAnotherRecord() {
        destination.database().execute("CREATE UNIQUE INDEX ON shop.orders (code)");
        orders.insert(1, "x", 1);
        orders.insert(2, "y", 2);
        try (DrivenTask task = destination.task("errors.tolerance", "all")) {
            task.open(log);
            task.drain();
            orders.update(1, "y", 1);
            IntStream.range(10, 20).forEach(id -> orders.insert(id, "n" + id, id));
            orders.insert(30, "far too long", 30);
            orders.update(2, "x", 2);
            task.drain();
            assertThat(task.context().reported())
                    .extracting(reported -> reported.originalKafkaOffset())
                    .containsExactly(13L);
        }

        assertThat(destination.orders()).contains("1:y:1", "2:x:2").hasSize(12);
    }

    private void poison() {
        orders.insert(1, "a", 1);
        orders.insert(2, "far too long", 2);
        orders.insert(3, "c", 3);
        items.insert(1, "i", 1);
    }

    private void quarantine(DrivenTask task) {
        task.turnUntil("the table is quarantined", () -> cause() != null);
    }

    private void goOn(DrivenTask task) {
        items.insert(2, "j", 2);
        task.turnUntil("the other table goes on", this::isItemWritten);
    }

    private boolean isItemWritten() {
        return destination.database().number("SELECT count(*) FROM pg_class WHERE oid = to_regclass('shop.items')") > 0
                && destination.database().number("SELECT count(*) FROM shop.items WHERE id = 2") == 1;
    }

    private String cause() {
        if (destination
                        .database()
                        .number("SELECT count(*) FROM pg_class WHERE oid = to_regclass('tablecast.table_state')")
                == 0) {
            return null;
        }
        List<String> causes = destination
                .database()
                .column(
                        "SELECT incomplete FROM tablecast.table_state WHERE table_name = 'orders' AND incomplete <> ''");
        return causes.isEmpty() ? null : causes.get(0);
    }

    private DrivenTask task(String... keysAndValues) {
        List<String> settings = new ArrayList<>(List.of("on.table.error", "quarantine", "batch.max.rows", "1"));
        settings.addAll(List.of(keysAndValues));
        DrivenTask task = destination.task(settings.toArray(String[]::new));
        task.mostPerPoll(1);
        return task;
    }
}
