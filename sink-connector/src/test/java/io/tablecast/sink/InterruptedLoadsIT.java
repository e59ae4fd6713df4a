// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random changes and snapshots of every kind, written by tasks that die, are stopped and lose their partition at random:
 * the table ends as if the records had been applied one by one. {@code -Dtablecast.loads.seeds=100} tries more of them.
 */
class InterruptedLoadsIT {

    private static final int KEYS = 40;

    private final TopicLog log = new TopicLog("erp.shop.orders", 0);
    private final Orders orders = new Orders(log, "orders");
    private final Snapshots snapshots = new Snapshots(orders);
    private final Map<Long, String> table = new TreeMap<>();
    private Destination destination;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void interruptionsChangeNothing(long seed) {
        Random random = new Random(seed);
        produce(random);

        String apply = List.of("swap", "truncate", "merge").get(random.nextInt(3));
        String longest = random.nextBoolean() ? "0" : "600000";
        for (int i = 0; i < 12; i++) {
            interrupted(random, apply, longest);
        }
        try (DrivenTask task = task(apply, longest)) {
            task.open(log);
            task.drain();
        }

        assertThat(destination.orders())
                .as("seed %d, snapshot.apply=%s, snapshot.transaction.max.ms=%s", seed, apply, longest)
                .containsExactlyElementsOf(table.entrySet().stream()
                        .map(row -> row.getKey() + ":" + row.getValue())
                        .toList());
    }

    static LongStream seeds() {
        return LongStream.rangeClosed(1, Integer.getInteger("tablecast.loads.seeds", 12));
    }

    private DrivenTask task(String apply, String longest) {
        return destination.task(
                "snapshot.apply", apply, "snapshot.transaction.max.ms", longest, "batch.linger.ms", "0");
    }

    private void interrupted(Random random, String apply, String longest) {
        DrivenTask task = task(apply, longest);
        task.open(log);
        task.mostPerPoll(1 + random.nextInt(30));
        int turns = 5 + random.nextInt(60);
        for (int i = 0; i < turns; i++) {
            task.turn();
            if (random.nextInt(25) == 0) {
                task.close(log);
                task.open(log);
            }
        }
        if (random.nextBoolean()) {
            task.vanish();
        } else {
            task.close();
        }
    }

    private void produce(Random random) {
        for (int round = 1; round <= 3; round++) {
            changes(random, List.of(table));
            switch (random.nextInt(3)) {
                case 0 -> whole("w" + round, random);
                case 1 -> interleaved("i" + round, random);
                default -> {
                    // A source that begins again.
                    snapshots.begin("b" + round, "queue");
                    snapshots.rows("b" + round, 1, random.nextInt(20));
                    whole("w" + round, random);
                }
            }
        }
        changes(random, List.of(table));
    }

    private void whole(String id, Random random) {
        int rows = random.nextInt(KEYS);
        if (rows < 2) {
            snapshots.whole(id, "queue", 0);
            table.clear();
            return;
        }
        snapshots.begin(id, "queue");
        int half = rows / 2;
        snapshots.rows(id, 1, half);
        // A producer that sends again.
        int again = 1 + random.nextInt(half);
        snapshots.rows(id, again, half);
        snapshots.lastRows(id, half + 1, rows);
        table.clear();
        for (long key = 1; key <= rows; key++) {
            table.put(key, "row " + key + ":" + key);
        }
    }

    private void interleaved(String id, Random random) {
        Map<Long, String> copy = new TreeMap<>();
        snapshots.beginInterleaved(id);
        List<Long> keys = List.copyOf(table.keySet());
        int ordinal = 0;
        for (long key : keys) {
            // A row that is gone by now is not read.
            if (table.containsKey(key)) {
                row(id, ++ordinal, key, copy, new ConnectHeaders());
            }
            if (random.nextInt(6) == 0) {
                change(random, List.of(table, copy), new ConnectHeaders());
            }
        }
        change(random, List.of(table, copy), Snapshots.end(id, ordinal));
        assertThat(copy).as("a copy is the table when it ends").isEqualTo(table);
    }

    private void row(String id, int ordinal, long key, Map<Long, String> copy, Headers headers) {
        String value = table.get(key);
        String code = value.substring(0, value.lastIndexOf(':'));
        snapshots.row(id, ordinal, key, code, headers);
        copy.put(key, code + ":" + key);
    }

    private void changes(Random random, List<Map<Long, String>> tables) {
        for (int i = random.nextInt(40); i >= 0; i--) {
            change(random, tables, new ConnectHeaders());
        }
    }

    private void change(Random random, List<Map<Long, String>> tables, Headers headers) {
        // On a record with the end of a snapshot it would mean that the table is empty.
        if (headers.isEmpty() && random.nextInt(30) == 0) {
            orders.truncate();
            tables.forEach(Map::clear);
            return;
        }
        long key = 1L + random.nextInt(KEYS);
        String code = "c" + random.nextInt(1000);
        boolean isThere = table.containsKey(key);
        if (isThere && random.nextInt(3) == 0) {
            orders.delete(key, headers);
            tables.forEach(rows -> rows.remove(key));
            return;
        }
        if (isThere) {
            orders.update(key, code, (int) key, headers);
        } else {
            orders.insert(key, code, (int) key, headers);
        }
        tables.forEach(rows -> rows.put(key, code + ":" + key));
    }
}
