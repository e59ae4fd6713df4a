// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.testing.Database;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which source tables and connectors may write to one destination, and what becomes of the others. */
class SourceTablesIT {

    private static final String FORGOTTEN = "UPDATE \"tablecast\".\"table_state\" SET source_table = NULL WHERE"
            + " table_schema = 'shop' AND table_name = 'orders'";

    private final TopicLog log = new TopicLog("erp.shop.orders", 0);
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
    void secondTableIsNotCopiedOverTheRowsOfTheFirst() {
        TopicLog eastLog = new TopicLog("erp.shop.orders_east", 0);
        new Snapshots(new Orders(eastLog, "orders_east")).whole("e1", "snapshot", 5);
        new Snapshots(orders).whole("s1", "snapshot", 2);
        together(log);

        assertThatThrownBy(() -> together(eastLog))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Table shop.orders is a copy of erp/shop.orders, and rows of erp/shop.orders_east cannot"
                        + " stand in it, because every copy replaces all rows. Give one of them another table by"
                        + " table.mapping or table.name.format. If one of them is gone for good: " + FORGOTTEN);
        assertThat(destination.orders()).containsExactly("1:row 1:1", "2:row 2:2");

        new Snapshots(orders).whole("s2", "snapshot", 3);
        together(log);
        assertThat(destination.orders()).hasSize(3);
        database.execute(FORGOTTEN);
        together(eastLog);
        assertThat(destination.orders()).as("the first one is gone for good").hasSize(5);
    }

    @Test
    void tablesOfOneNameOnTwoServersAreNotCopiedOverEachOther() {
        TopicLog eastLog = new TopicLog("east.shop.orders", 0);
        new Snapshots(new Orders(eastLog, "orders")).whole("e1", "snapshot", 5);
        new Snapshots(orders).whole("s1", "snapshot", 2);

        try (DrivenTask task = destination.task()) {
            task.open(log, eastLog);
            assertThatThrownBy(() -> task.turnUntil("one of them is refused", () -> false))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("Table shop.orders is a copy of ")
                    .hasMessageContaining("erp/shop.orders")
                    .hasMessageContaining("east/shop.orders");
        }
    }

    @Test
    void validateNamesAMappingToATableThatHoldsACopyOfAnother() {
        new Snapshots(orders).whole("s1", "snapshot", 2);
        applyAll(log);

        assertThat(faults("shop.orders:shop.orders")).isEmpty();
        assertThat(faults("shop.orders_east:shop.orders"))
                .containsExactly("Table shop.orders is a copy of erp/shop.orders, and rows of shop.orders_east cannot"
                        + " stand in it, because every copy replaces all rows. Give one of them another table by"
                        + " table.mapping or table.name.format. If one of them is gone for good: " + FORGOTTEN);
    }

    private List<String> faults(String mapping) {
        return new PostgresSinkConnector()
                .validate(destination.settings("table.mapping", mapping)).configValues().stream()
                        .filter(value -> value.name().equals("table.mapping"))
                        .flatMap(value -> value.errorMessages().stream())
                        .toList();
    }

    @Test
    void changesOfTwoTablesMeetInOneAndNeitherIsCopiedOrEmptied() {
        TopicLog eastLog = new TopicLog("erp.shop.orders_east", 0);
        Orders east = new Orders(eastLog, "orders_east");
        orders.insert(1, "a", 1);
        together(log);
        east.insert(2, "b", 2);
        east.insert(3, "c", 3);
        east.delete(3, new ConnectHeaders());
        together(eastLog);
        assertThat(destination.orders()).containsExactly("1:a:1", "2:b:2");

        orders.truncate();
        orders.insert(4, "d", 4);
        assertThatThrownBy(() -> together(log))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Table shop.orders is written from erp/shop.orders and erp/shop.orders_east, and the"
                        + " TRUNCATE of erp/shop.orders would remove the rows of all. Set truncate.mode=ignore, or:"
                        + " Give one of them another table by table.mapping or table.name.format. If one of them is"
                        + " gone for good: " + FORGOTTEN);
        assertThatThrownBy(() -> together(log, "delete.mode", "soft"))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("would remove the rows of all");
        assertThat(destination.orders()).containsExactly("1:a:1", "2:b:2");
        together(log, "truncate.mode", "ignore");
        assertThat(destination.orders()).containsExactly("1:a:1", "2:b:2", "4:d:4");

        new Snapshots(orders).whole("s1", "queue", 2);
        assertThatThrownBy(() -> together(log, "truncate.mode", "ignore"))
                .isInstanceOf(ConnectException.class)
                .hasMessage("Table shop.orders is written from erp/shop.orders and erp/shop.orders_east, and the copy"
                        + " of erp/shop.orders that has begun would replace the rows of all. Give one of them another"
                        + " table by table.mapping or table.name.format; tables that are written together are not"
                        + " copied (snapshot.mode=no_data). If one of them is gone for good: " + FORGOTTEN);
        assertThat(destination.orders()).containsExactly("1:a:1", "2:b:2", "4:d:4");
    }

    @Test
    void rowsThatDoNotTellTheirServerAreOfTheSameTable() {
        new FlatRows(log, withExtra()).send(1L, "a", 1L);
        Chunks chunks = new Chunks(log);
        chunks.whole("s1", 2, 2);
        orders.update(2, "b", 5);
        applyAll(log);
        orders.truncate();
        new FlatRows(log, withExtra()).send(3L, "c", 1L);
        applyAll(log);

        assertThat(destination.orders()).containsExactly("3:c:-");
        assertThat(database.rows("SELECT source_server, source_table, other_source FROM tablecast.table_state"))
                .containsExactly(Arrays.asList("erp", "shop.orders", null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"rows", "copy", "truncate"})
    void aSecondTableParksTheirTableAloneWhereTablesAreQuarantined(String what) {
        TopicLog eastLog = new TopicLog("erp.shop.orders_east", 0);
        Orders east = new Orders(eastLog, "orders_east");
        TopicLog itemsLog = new TopicLog("erp.shop.items", 0);
        Orders items = new Orders(itemsLog, "items");
        if (what.equals("rows")) {
            new Snapshots(orders).whole("s1", "snapshot", 2);
        } else {
            orders.insert(1, "row 1", 1);
            orders.insert(2, "row 2", 2);
        }
        together(log);
        switch (what) {
            case "rows" -> east.insert(3, "c", 3);
            case "copy" -> new Snapshots(east).whole("e1", "queue", 5);
            default -> east.truncate();
        }
        items.insert(1, "i", 1);

        try (DrivenTask task =
                destination.task("table.mapping", "shop.orders_east:shop.orders", "on.table.error", "quarantine")) {
            task.open(log, eastLog, itemsLog);
            task.turnUntil("the table is quarantined", () -> reason("orders").startsWith("quarantined: Table shop."));
            items.insert(2, "j", 2);
            eastLog.send(null, null, null, null, new ConnectHeaders());
            task.turnUntil("the other table goes on", () -> destination.committedTo(itemsLog) == 2);
        }

        assertThat(reason("orders"))
                .startsWith("quarantined: Table shop.orders is ")
                .contains("erp/shop.orders_east", "Give one of them another table by table.mapping");
        assertThat(destination.orders()).containsExactly("1:row 1:1", "2:row 2:2");
        assertThat(destination.committedTo(eastLog)).isZero();
    }

    @Test
    void aTableOfAnotherConnectorIsLeftToItWhereTablesAreQuarantined() {
        TopicLog itemsLog = new TopicLog("erp.shop.items", 0);
        Orders items = new Orders(itemsLog, "items");
        orders.insert(1, "a", 1);
        applyAll(log);
        orders.update(1, "b", 2);
        items.insert(1, "i", 1);

        try (DrivenTask task = destination.task("name", "sink-b", "on.table.error", "quarantine")) {
            task.open(log, itemsLog);
            task.turnUntil("the other table is written", () -> destination.committedTo(itemsLog) == 1);
            items.insert(2, "j", 2);
            task.turnUntil("the other table goes on", () -> destination.committedTo(itemsLog) == 2);
        }

        assertThat(destination.orders()).containsExactly("1:a:1");
        assertThat(database.rows("SELECT connector, incomplete FROM tablecast.table_state WHERE table_name = 'orders'"))
                .containsExactly(Arrays.asList("sink-a", null));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTableThatHoldsDeletedRowsTakesNoRowsAndNoCopies(boolean isCopy) {
        TopicLog deletedLog = new TopicLog("erp.shop.orders_deleted", 0);
        Orders deleted = new Orders(deletedLog, "orders_deleted");
        String[] settings = {"delete.mode", "soft", "soft.delete.history", "true", "snapshot.apply", "truncate"};
        orders.insert(1, "a", 1);
        orders.delete(1, "a", 1);
        applyAll(log, settings);
        if (isCopy) {
            new Snapshots(deleted).whole("s1", "queue", 3);
        } else {
            deleted.insert(7, "real", 7);
        }

        assertThatThrownBy(() -> applyAll(deletedLog, settings))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("Cannot write to shop.orders_deleted: it holds the deleted rows of another table"
                        + " (soft.delete.history=true), and no rows of a source may stand among them. Map its records to"
                        + " another table by table.mapping.");
        assertThat(database.column("SELECT code FROM shop.orders_deleted")).containsExactly("a");
    }

    private String reason(String table) {
        return database
                .column("SELECT coalesce(incomplete, '') FROM tablecast.table_state WHERE table_name = '" + table + "'")
                .stream()
                .findFirst()
                .orElse("");
    }

    /** Applies what was sent of one of two tables that are mapped to one. */
    private void together(TopicLog applied, String... more) {
        List<String> settings = new ArrayList<>(List.of("table.mapping", "shop.orders_east:shop.orders"));
        settings.addAll(List.of(more));
        applyAll(applied, settings.toArray(String[]::new));
    }

    private void applyAll(TopicLog applied, String... settings) {
        try (DrivenTask task = destination.task(settings)) {
            task.open(applied);
            task.drain();
        }
    }

    private static Schema withExtra() {
        return SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("code", Schema.OPTIONAL_STRING_SCHEMA)
                .field("extra", Schema.OPTIONAL_INT64_SCHEMA)
                .build();
    }
}
