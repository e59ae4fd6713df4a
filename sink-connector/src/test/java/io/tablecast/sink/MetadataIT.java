// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.testing.Database;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the metadata schema tells people, and whose table is whose. */
class MetadataIT {

    private static final String TOPIC = "erp.shop.orders";

    private final TopicLog log = new TopicLog(TOPIC, 0);
    private final Orders orders = new Orders(log, "orders");
    private Destination destination;
    private Database database;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
        database = destination.database();
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @Test
    void viewsTellHowFarBehindWhatRanAndWhatFailed() {
        new Snapshots(orders).whole("s1", "queue", 3);
        orders.at(Instant.now().minusSeconds(100).toString());
        orders.update(1, "a", 1);
        applyAll(destination.task());
        database.execute("ALTER TABLE shop.orders ADD CHECK (amount < 10)");
        orders.update(2, "b", 11);
        applyAll(destination.task("errors.tolerance", "all"));

        assertThat(database.rows("SELECT table_schema, table_name, connector, lag_seconds BETWEEN 100 AND 1000,"
                        + " idle_seconds BETWEEN 0 AND 900, snapshot_age_seconds > 0, rows_applied, incomplete"
                        + " FROM tablecast.table_lag"))
                .containsExactly(Arrays.asList("shop", "orders", "sink-a", "t", "t", "t", "1", null));
        assertThat(database.rows("SELECT table_name, kind, rows, snapshot_id, seconds >= 0, finished_at >= started_at"
                        + " FROM tablecast.run_history"))
                .containsExactly(List.of("orders", "snapshot", "3", "s1", "t", "t"));
        assertThat(database.rows(
                        "SELECT kind, table_schema || '.' || table_name, connector, place, record_key, sqlstate,"
                                + " message LIKE '%orders_amount_check%' FROM tablecast.failure"))
                .containsExactly(
                        List.of("record", "shop.orders", "sink-a", "erp.shop.orders[0]@5", "(id=2)", "23514", "t"));
        assertThat(database.value("SELECT structure -> 'key' FROM tablecast.table_structure"))
                .isEqualTo("[\"id\"]");
    }

    @Test
    void tableThatLacksRowsIsAmongTheFailures() {
        orders.insert(1, "a", 1);
        applyAll(destination.task());
        database.execute("ALTER TABLE shop.orders RENAME code TO code_of_old");
        orders.insert(2, "b", 2);
        try (DrivenTask task = destination.task("on.table.error", "quarantine", "schema.evolution", "none")) {
            task.open(log);
            task.turnUntil(
                    "the table is quarantined", () -> database.number("SELECT count(*) FROM tablecast.failure") > 0);
        }

        assertThat(database.rows("SELECT kind, table_name, place IS NULL, message LIKE 'quarantined: Cannot write to%',"
                        + " occurred_at > now() - interval '1 hour' FROM tablecast.failure"))
                .containsExactly(List.of("quarantine", "orders", "t", "t", "t"));
    }

    @Test
    void withoutRunLogOnlyTheTablesStateTellsOfItsSnapshot() {
        new Snapshots(orders).whole("s1", "snapshot", 3);
        applyAll(destination.task("run.log", "false"));

        assertThat(database.number("SELECT count(*) FROM tablecast.run_log")).isZero();
        assertThat(database.rows("SELECT snapshot_id, snapshot_rows, snapshot_seconds >= 0 FROM tablecast.table_state"))
                .containsExactly(List.of("s1", "3", "t"));
    }

    @Test
    void oldEntriesGoButForTheLastRunOfEachTable() {
        new Snapshots(orders).whole("s1", "snapshot", 1);
        new Snapshots(orders).whole("s2", "snapshot", 1);
        applyAll(destination.task());
        database.execute(
                "UPDATE tablecast.run_log SET finished_at = finished_at - interval '40 days'",
                "INSERT INTO tablecast.record_error (occurred_at, connector, topic, partition, record_offset, message)"
                        + " SELECT now() - n * interval '10 days', c, 't', 0, n, 'x'"
                        + " FROM generate_series(1, 5) AS n, unnest(ARRAY['sink-a', 'other']) AS c");

        orders.insert(5, "e", 5);
        applyAll(destination.task("metadata.retention.ms", "0"));
        assertThat(database.number("SELECT count(*) FROM tablecast.run_log")).isEqualTo(2);
        orders.insert(6, "f", 6);
        applyAll(destination.task("metadata.retention.ms", String.valueOf(25 * 86_400_000L)));

        assertThat(database.column("SELECT snapshot_id FROM tablecast.run_log")).containsExactly("s2");
        assertThat(database.column(
                        "SELECT connector || record_offset FROM tablecast.record_error ORDER BY connector, id"))
                .containsExactly("other1", "other2", "other3", "other4", "other5", "sink-a1", "sink-a2");
    }

    @Test
    void metadataStandsInTheSchemaThatIsConfigured() {
        orders.insert(1, "a", 1);
        applyAll(destination.task("metadata.schema", "Sink \"state\""));

        assertThat(database.value("SELECT to_regnamespace('tablecast')")).isNull();
        assertThat(database.number("SELECT next_offset FROM \"Sink \"\"state\"\"\".sink_offset"))
                .isEqualTo(1);
    }

    @Test
    void renamedConnectorGoesOnUnderItsOldNamespace() {
        orders.insert(1, "a", 1);
        applyAll(destination.task("offset.namespace", "mine"));
        database.execute("UPDATE tablecast.table_state SET connector = 'sink-b'", "DELETE FROM shop.orders");
        orders.insert(2, "b", 2);

        applyAll(destination.task("name", "sink-b", "offset.namespace", "mine"));

        assertThat(destination.orders())
                .as("the first record is not applied again")
                .containsExactly("2:b:2");
    }

    @Test
    void tableOfOneConnectorIsNotWrittenByAnother() {
        orders.insert(1, "a", 1);
        applyAll(destination.task());
        orders.update(1, "b", 2);

        try (DrivenTask task = destination.task("name", "sink-b")) {
            task.open(log);
            assertThatThrownBy(() -> task.turnUntil("the table is refused", () -> false))
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("Table shop.orders belongs to connector \"sink-a\", and one table cannot follow two."
                            + " Give connector \"sink-b\" another table by table.mapping or table.name.format. If"
                            + " \"sink-a\" is gone for good: DELETE FROM \"tablecast\".\"table_state\" WHERE table_schema"
                            + " = 'shop' AND table_name = 'orders'");
        }
        assertThat(destination.orders()).containsExactly("1:a:1");
        String[] second = {"name", "sink-b", "table.mapping", "erp.orders:shop.orders"};
        assertThat(errors(second))
                .singleElement()
                .asString()
                .startsWith("table.mapping: Table shop.orders belongs to connector \"sink-a\"");
        assertThat(errors("table.mapping", "erp.orders:shop.orders")).isEmpty();
        database.execute(
                "DELETE FROM \"tablecast\".\"table_state\" WHERE table_schema = 'shop' AND table_name = 'orders'");

        assertThat(errors(second)).isEmpty();
        applyAll(destination.task("name", "sink-b"));
        assertThat(destination.orders()).containsExactly("1:b:2");
    }

    @Test
    void configurationWithoutANameIsNotTakenForAnotherConnectors() {
        orders.insert(1, "a", 1);
        applyAll(destination.task());
        Map<String, String> unnamed = destination.settings("table.mapping", "erp.orders:shop.orders");
        unnamed.remove("name");

        assertThat(errors(unnamed)).isEmpty();
    }

    @Test
    void tableThatOnlyATopicsNameTellsIsNoErrorWhoeversItIs() {
        orders.insert(1, "a", 1);
        applyAll(destination.task());

        assertThat(errors("name", "sink-b", "topics", TOPIC))
                .as("records may name another table than their topic")
                .isEmpty();
    }

    @Test
    void snapshotDoesNotReplaceATableOfAnotherConnector() {
        orders.insert(1, "a", 1);
        applyAll(destination.task());
        new Snapshots(orders).whole("s1", "snapshot", 3);

        try (DrivenTask task = destination.task("name", "sink-b")) {
            task.open(log);
            assertThatThrownBy(() -> task.turnUntil("the table is refused", () -> false))
                    .hasMessageStartingWith("Table shop.orders belongs to connector \"sink-a\"");
        }
        assertThat(destination.orders()).containsExactly("1:a:1");
    }

    private List<String> errors(String... keysAndValues) {
        return errors(destination.settings(keysAndValues));
    }

    private static List<String> errors(Map<String, String> settings) {
        return new PostgresSinkConnector()
                .validate(settings).configValues().stream()
                        .flatMap(value -> value.errorMessages().stream().map(message -> value.name() + ": " + message))
                        .toList();
    }

    private void applyAll(DrivenTask opened) {
        try (DrivenTask task = opened) {
            task.open(log);
            task.drain();
        }
    }
}
