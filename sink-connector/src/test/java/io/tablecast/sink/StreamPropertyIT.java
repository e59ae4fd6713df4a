// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens to two source tables, to the task's partitions and to its connections: the destination ends as if the
 * records were applied one by one. {@code -Dproperty.seed=S} tries one seed, {@code -Dproperty.seeds=N} so many from
 * there on.
 */
class StreamPropertyIT {

    private static final int USUAL_SEEDS = 8;
    private static final int STEPS = 700;

    static LongStream seeds() {
        Long first = Long.getLong("property.seed");
        int count = Integer.getInteger("property.seeds", first == null ? USUAL_SEEDS : 1);
        return LongStream.iterate(first == null ? 1 : first, seed -> seed + 1).limit(count);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void anyStreamEndsAsIfAppliedOneByOne(long seed) {
        Random random = new Random(seed);
        RandomTable orders = new RandomTable(random, new TopicLog("erp.shop.orders", 0), "orders");
        RandomTable items = new RandomTable(random, new TopicLog("erp.shop.items", 0), "items");
        boolean isSoft = random.nextInt(3) == 0;
        try (Destination destination = Destination.create()) {
            String[] settings = settings(random, isSoft);
            if (List.of(settings).contains("view")) {
                orders.copyFirst();
                items.copyFirst();
            }
            drive(random, destination, settings, orders, items);

            for (RandomTable table : List.of(orders, items)) {
                assertThat(content(destination, table, isSoft ? "WHERE tablecast_deleted_at IS NULL" : ""))
                        .as("seed %d, %s with %s", seed, table.log().partition(), List.of(settings))
                        .containsExactlyElementsOf(expected(table, table.rows()));
                if (isSoft) {
                    assertThat(destination
                                    .database()
                                    .column("SELECT id FROM " + name(table)
                                            + " WHERE tablecast_deleted_at IS NOT NULL ORDER BY id"))
                            .as(
                                    "seed %d, deleted rows of %s with %s",
                                    seed, table.log().partition(), List.of(settings))
                            .containsExactlyElementsOf(table.deleted().keySet().stream()
                                    .map(String::valueOf)
                                    .toList());
                }
            }
        }
    }

    private static String[] settings(Random random, boolean isSoft) {
        List<String> settings = new ArrayList<>(List.of(
                "schema.evolution", "full",
                "column.drop", "drop",
                "batch.linger.ms", String.valueOf(random.nextInt(20)),
                "batch.max.rows", String.valueOf(1 + random.nextInt(random.nextBoolean() ? 20 : 400)),
                "snapshot.apply", List.of("swap", "swap", "merge", "truncate").get(random.nextInt(4)),
                "swap.mode", List.of("auto", "view").get(random.nextInt(2))));
        if (isSoft) {
            settings.addAll(
                    List.of("delete.mode", "soft", "soft.delete.history", String.valueOf(random.nextBoolean())));
        }
        return settings.toArray(String[]::new);
    }

    private static void drive(
            Random random, Destination destination, String[] settings, RandomTable orders, RandomTable items) {
        DrivenTask task = destination.task(settings);
        task.open(orders.log(), items.log());
        try {
            for (int step = 0; step < STEPS; step++) {
                orders.step();
                if (random.nextInt(3) == 0) {
                    items.step();
                }
                if (random.nextInt(4) == 0) {
                    task.mostPerPoll(1 + random.nextInt(60));
                    task.turn();
                }
                int trouble = random.nextInt(300);
                if (trouble == 0) {
                    task.close(orders.log());
                    task.turn();
                    task.open(orders.log());
                } else if (trouble == 1) {
                    task.close(orders.log(), items.log());
                    task.open(orders.log(), items.log());
                } else if (trouble == 2) {
                    task.vanish();
                    task = destination.task(settings);
                    task.open(orders.log(), items.log());
                } else if (trouble <= 5) {
                    killSessions(destination);
                } else if (trouble == 6) {
                    task.drain();
                }
            }
            orders.finish();
            items.finish();
            task.drain();
        } finally {
            task.close();
        }
    }

    private static void killSessions(Destination destination) {
        destination
                .database()
                .rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE application_name LIKE 'tablecast/%' AND datname = current_database()");
    }

    private static List<String> content(Destination destination, RandomTable table, String condition) {
        String row = table.columns().stream()
                .map(column -> "coalesce(\"" + column + "\"::text, '-')")
                .collect(Collectors.joining(", "));
        return destination
                .database()
                .column("SELECT concat_ws('|', " + row + ") FROM " + name(table) + " " + condition + " ORDER BY id");
    }

    private static List<String> expected(RandomTable table, Map<Long, Map<String, Object>> rows) {
        return rows.values().stream()
                .map(row -> table.columns().stream()
                        .map(column -> row.get(column) == null ? "-" : String.valueOf(row.get(column)))
                        .collect(Collectors.joining("|")))
                .toList();
    }

    private static String name(RandomTable table) {
        String topic = table.log().partition().topic();
        return topic.substring(topic.indexOf('.') + 1);
    }
}
