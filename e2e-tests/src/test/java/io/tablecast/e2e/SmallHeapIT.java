// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.ContentComparison;
import io.tablecast.testing.Database;
import io.tablecast.testing.TableContents;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Any number of rows passes through a worker whose heap holds few of them: ten million with {@code -Psoak}. */
final class SmallHeapIT {

    private static final String ITEMS = "shop.items";
    private static final Duration PATIENCE = Duration.ofMinutes(Form.amount(3, 120));
    private static final int COPIED = Form.amount(60_000, 8_000_000);
    private static final int CHANGED = Form.amount(20_000, 2_000_000);
    private static final int CHANGED_AT_ONCE = Form.amount(10_000, 100_000);

    @Test
    void copiesAndChangesPassThroughAHeapOf256Megabytes() {
        try (Replication replication = Replication.start(Replication.options(ExactlyOnceSource.DISABLED)
                .withJvmArgument("-Xmx256m")
                .withJvmArgument("-XX:+ExitOnOutOfMemoryError"))) {
            Database source = replication.source();
            source.execute(
                    "CREATE SCHEMA shop",
                    "CREATE TABLE shop.items (id bigint PRIMARY KEY, code text, amount numeric(12,2), note text)",
                    "INSERT INTO shop.items SELECT i, 'code ' || i, i / 7.0, repeat('x', (i % 200)::integer)"
                            + " FROM generate_series(1, " + COPIED + ") AS i");
            // Connect keeps each record as it was before compression until the broker has it.
            replication.deploySource(Map.of(
                    "mode", "queue",
                    "producer.override.compression.type", "lz4",
                    "producer.override.buffer.memory", "2097152",
                    "value.converter", "io.tablecast.json.TablecastJsonConverter"));
            replication.deploySink(Map.of("value.converter", "io.tablecast.json.TablecastJsonConverter"));
            awaitEqual(replication, "SELECT count(*) FROM shop.items");

            for (int from = 1; from <= CHANGED; from += CHANGED_AT_ONCE) {
                source.execute("UPDATE shop.items SET amount = amount + 1 WHERE id BETWEEN " + from + " AND "
                        + (from + CHANGED_AT_ONCE - 1));
            }
            awaitEqual(replication, "SELECT amount FROM shop.items WHERE id = " + CHANGED);

            replication.rest().awaitRunning(replication.sourceName(), Replication.PATIENCE);
            replication.rest().awaitRunning(replication.sinkName(), Replication.PATIENCE);
            assertThat(replication.destination().number("SELECT count(*) FROM shop.items"))
                    .isEqualTo(COPIED);
        }
    }

    /** Asks a cheap question until both sides answer the same: to compare so many rows takes the cores from the worker. */
    private static void awaitEqual(Replication replication, String question) {
        ContentComparison.awaitEqual(
                PATIENCE,
                new TableContents(replication.source(), question),
                new TableContents(replication.destination(), question));
        ContentComparison.awaitEqual(
                PATIENCE,
                TableContents.ofTable(replication.source(), ITEMS),
                TableContents.ofTable(replication.destination(), ITEMS));
    }
}
