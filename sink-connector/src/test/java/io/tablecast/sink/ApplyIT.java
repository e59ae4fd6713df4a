// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of rows reach their table, whatever comes in one flush. */
class ApplyIT {

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
    void rowsArriveInATableThatIsCreatedForThem() {
        orders.insert(1, "a", 10);
        orders.insert(2, null, null);

        applyAll();

        assertThat(destination.orders()).containsExactly("1:a:10", "2:-:-");
        assertThat(destination
                        .database()
                        .column("SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
                                + " WHERE attrelid = 'shop.orders'::regclass AND attnum > 0 ORDER BY attnum"))
                .containsExactly("bigint", "text", "integer");
        assertThat(destination.storedOffset(TOPIC)).isEqualTo(2);
    }

    @Test
    void manyRowsGoThroughTheStagingTable() {
        for (int id = 1; id <= 3000; id++) {
            orders.insert(id, "code " + id, id);
        }
        for (int id = 1; id <= 3000; id += 2) {
            orders.update(id, "changed " + id, -id);
        }
        for (int id = 1; id <= 3000; id += 3) {
            orders.delete(id);
        }

        applyAll("batch.max.rows", "700");

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(2000);
        assertThat(destination
                        .database()
                        .number("SELECT count(*) FROM shop.orders WHERE amount < 0" + " AND code = 'changed ' || id"))
                .isEqualTo(1000);
    }

    @Test
    void deleteAfterInsertInOneFlushLeavesNoRow() {
        orders.insert(1, "a", 1);
        orders.insert(2, "b", 2);
        orders.delete(1);

        applyAll();

        assertThat(destination.orders()).containsExactly("2:b:2");
    }

    @Test
    void aDeletedKeyMayComeBack() {
        orders.insert(1, "a", 1);
        orders.delete(1);
        orders.insert(1, "again", 2);

        applyAll();

        assertThat(destination.orders()).containsExactly("1:again:2");
    }

    @Test
    void aChangedKeyMovesTheRow() {
        orders.insert(1, "a", 1);
        orders.move(1, 9, "a", 1);

        applyAll();

        assertThat(destination.orders()).containsExactly("9:a:1");
    }

    @Test
    void truncateEmptiesTheTableBetweenItsNeighbours() {
        try (DrivenTask task = destination.task()) {
            task.open(log);
            orders.insert(1, "before", 1);
            task.drain();
            orders.insert(2, "also before", 2);
            orders.truncate();
            orders.insert(3, "after", 3);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("3:after:3");
    }

    @Test
    void truncateOfATableWithReferencesDeletesItsRows() {
        destination
                .database()
                .execute(
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text, amount int)",
                        "CREATE TABLE shop.notes (order_id bigint REFERENCES shop.orders)",
                        "INSERT INTO shop.orders VALUES (1, 'old', 1)");
        orders.truncate();
        orders.insert(2, "new", 2);

        applyAll();

        assertThat(destination.orders()).containsExactly("2:new:2");
    }

    @Test
    void truncatesAndDeletesAreIgnoredIfAsked() {
        orders.insert(1, "a", 1);
        orders.insert(2, "b", 2);
        orders.delete(1);
        orders.truncate();

        applyAll("delete.mode", "ignore", "table.shop.orders.truncate.mode", "ignore");

        assertThat(destination.orders()).containsExactly("1:a:1", "2:b:2");
    }

    @Test
    void appendKeepsEveryRow() {
        destination
                .database()
                .execute("CREATE SCHEMA shop", "CREATE TABLE shop.orders (id bigint, code text, amount int)");
        for (int i = 0; i < 200; i++) {
            orders.insert(1, "a", i);
        }
        orders.delete(1);

        applyAll("apply.mode", "append");

        assertThat(destination.database().number("SELECT count(*) FROM shop.orders"))
                .isEqualTo(200);
    }

    @Test
    void tableCreatedForAppendedRowsTakesAKeyAgain() {
        orders.insert(1, "a", 1);
        orders.update(1, "a", 2);

        applyAll("apply.mode", "append");

        assertThat(destination.orders()).containsExactlyInAnyOrder("1:a:1", "1:a:2");
        assertThat(destination
                        .database()
                        .column("SELECT indexdef FROM pg_indexes WHERE schemaname = 'shop' AND tablename = 'orders'"))
                .singleElement()
                .asString()
                .matches("CREATE INDEX .* USING btree \\(id\\)");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 1000})
    void valuesOfAUniqueColumnMayBeSwapped(int batchRows) {
        destination
                .database()
                .execute(
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text UNIQUE, amount int)");
        orders.insert(1, "x", 1);
        orders.insert(2, "y", 2);
        // As statement-level triggers see it: both rows have their new value, one after the other.
        orders.update(1, "y", 1);
        orders.update(2, "x", 2);

        try (DrivenTask task = destination.task("batch.max.rows", String.valueOf(batchRows))) {
            task.mostPerPoll(1);
            task.open(log);
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("1:y:1", "2:x:2");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void anyStreamEndsAsIfItsRecordsWereAppliedOneByOne(long seed) {
        Random random = new Random(seed);
        Map<Long, String> expected = new TreeMap<>();
        for (int i = 0; i < 2000; i++) {
            change(random, expected, i);
        }

        try (DrivenTask task = destination.task("batch.max.rows", String.valueOf(1 + random.nextInt(300)))) {
            task.mostPerPoll(1 + random.nextInt(200));
            task.open(log);
            task.drain();
        }

        List<String> rows = new ArrayList<>();
        expected.forEach((id, rest) -> rows.add(id + ":" + rest));
        assertThat(destination.orders()).isEqualTo(rows);
    }

    private void change(Random random, Map<Long, String> expected, int i) {
        long id = random.nextInt(120);
        int kind = random.nextInt(100);
        if (kind == 0) {
            orders.truncate();
            expected.clear();
        } else if (kind < 25) {
            orders.delete(id);
            expected.remove(id);
        } else if (kind < 35 && expected.containsKey(id)) {
            long to = 1000L + i;
            orders.move(id, to, "moved", i);
            expected.remove(id);
            expected.put(to, "moved:" + i);
        } else {
            orders.update(id, "v" + i, i);
            expected.put(id, "v" + i + ":" + i);
        }
    }

    private void applyAll(String... settings) {
        try (DrivenTask task = destination.task(settings)) {
            task.open(log);
            task.drain();
        }
    }
}
