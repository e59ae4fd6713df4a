// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Index;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import java.util.List;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Snapshots take the place of a table as a whole, and changes before and after them keep their order. */
class LoadsIT {

    private static final String TOPIC = "erp.shop.orders";

    private final TopicLog log = new TopicLog(TOPIC, 0);
    private final Orders orders = new Orders(log, "orders");
    private Destination destination;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @Test
    void aFirstCopyIsFollowedByChanges() {
        snapshot("s1", "queue", 1000);
        orders.update(7, "changed", -7);
        orders.delete(8);

        applyAll();

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(999);
        assertThat(destination.database().value("SELECT code FROM shop.orders WHERE id = 7"))
                .isEqualTo("changed");
        assertThat(destination.database().value("SELECT relkind FROM pg_class WHERE oid = 'shop.orders'::regclass"))
                .isEqualTo("r");
        assertThat(destination.storedOffset(TOPIC)).isEqualTo(log.end());
        assertThat(destination.database().column("SELECT snapshot_id || ' ' || rows FROM tablecast.run_log"))
                .containsExactly("s1 1000");
    }

    @Test
    void periodicSnapshotsAreSwappedInBehindAView() {
        try (DrivenTask task = destination.task()) {
            task.open(log);
            snapshot("s1", "snapshot", 100);
            task.drain();
            snapshot("s2", "snapshot", 50);
            snapshot("s3", "snapshot", 0);
            snapshot("s4", "snapshot", 70);
            task.drain();
        }

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(70);
        assertThat(destination.database().value("SELECT relkind FROM pg_class WHERE oid = 'shop.orders'::regclass"))
                .isEqualTo("v");
        assertThat(destination.database().value("SELECT snapshot_id FROM tablecast.table_state"))
                .isEqualTo("s4");
    }

    @Test
    void changesBeforeASnapshotAreReplacedByIt() {
        orders.insert(1, "old", 1);
        orders.insert(5000, "gone", 1);
        snapshot("s1", "queue", 10);

        applyAll();

        assertThat(destination.database().column("SELECT id FROM shop.orders ORDER BY id"))
                .hasSize(10)
                .doesNotContain("5000");
    }

    @Test
    void aTaskThatDiesInALoadLeavesTheOldRowsAndBeginsAgain() {
        snapshot("s1", "queue", 10);
        applyAll();
        begin("s2", "queue", new ConnectHeaders());
        rows("s2", 1, 300, false);
        DrivenTask dying = destination.task();
        dying.open(log);
        for (int i = 0; i < 200; i++) {
            dying.turn();
        }
        dying.vanish();
        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(10);
        rows("s2", 301, 400, true);

        applyAll();

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(400);
    }

    @Test
    void aBackendKilledInALoadIsTriedAgain() {
        begin("s1", "queue", new ConnectHeaders());
        rows("s1", 1, 300, false);
        try (DrivenTask task = destination.task()) {
            task.open(log);
            task.turnUntil(
                    "the load runs",
                    () -> destination
                                    .database()
                                    .number(
                                            "SELECT count(*) FROM pg_stat_activity"
                                                    + " WHERE datname = current_database() AND query LIKE 'COPY%' AND state = 'active'")
                            > 0);
            destination
                    .database()
                    .rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE datname = current_database() AND query LIKE 'COPY%'");
            rows("s1", 301, 400, true);
            task.drain();
        }

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(400);
    }

    @Test
    void repeatsOfASendingProducerAreNotLoadedTwice() {
        begin("s1", "queue", new ConnectHeaders());
        rows("s1", 1, 50, false);
        rows("s1", 20, 60, true);
        rows("s1", 55, 60, true);
        orders.insert(61, "after", 61);

        applyAll();

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(61);
    }

    @Test
    void aNewBeginDiscardsAnUnfinishedSnapshot() {
        begin("s1", "queue", new ConnectHeaders());
        rows("s1", 1, 50, false);
        snapshot("s2", "queue", 5);

        applyAll();

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(5);
    }

    @Test
    void rowsWhoseBeginIsGoneAreMerged() {
        rows("s0", 3, 9, true);

        applyAll();

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(7);
    }

    @Test
    void aTableOfAnotherConnectorIsRefused() {
        snapshot("s1", "queue", 3);
        applyAll();

        try (DrivenTask task = destination.task("name", "sink-b")) {
            task.open(log);
            assertThatThrownBy(task::drain)
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("Table shop.orders belongs to connector \"sink-a\"")
                    .hasMessageContaining("table.mapping");
        }
    }

    private void snapshot(String id, String mode, int rows) {
        if (rows == 0) {
            begin(id, mode, new RecordHeaders().end(new SnapshotEnd(id, 0)).headers());
            return;
        }
        begin(id, mode, new ConnectHeaders());
        rows(id, 1, rows, true);
    }

    private void begin(String id, String mode, Headers more) {
        TableStructure structure = new TableStructure(
                new TableId("shop", "orders"),
                TableStructure.DatabaseKind.POSTGRESQL,
                List.of(
                        Column.of("id", "bigint", Column.Nullability.NOT_NULL),
                        Column.of("code", "text", Column.Nullability.NULLABLE),
                        Column.of("amount", "integer", Column.Nullability.NULLABLE)),
                List.of("id"),
                List.of(new Index("orders_pkey", Index.Kind.PRIMARY, false, false, List.of("id"), List.of("id"), "")),
                List.of(),
                List.of(),
                "");
        Headers headers = new RecordHeaders()
                .begin(SnapshotBegin.ofTable(id, mode, structure))
                .headers();
        more.forEach(headers::add);
        orders.send(null, orders.writer().emptied(orders.source()), headers);
    }

    private void rows(String id, int from, int to, boolean isEnd) {
        for (int ordinal = from; ordinal <= to; ordinal++) {
            Struct row = orders.row(ordinal, "row " + ordinal, ordinal);
            Struct source = orders.source().put("sequence", new SnapshotOrdinal(id, ordinal).sequence());
            Headers headers = isEnd && ordinal == to
                    ? new RecordHeaders().end(new SnapshotEnd(id, to)).headers()
                    : new ConnectHeaders();
            orders.send(orders.writer().key(row), orders.writer().read(row, source), headers);
        }
    }

    private void applyAll() {
        try (DrivenTask task = destination.task()) {
            task.open(log);
            task.drain();
        }
    }
}
