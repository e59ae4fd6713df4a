// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static io.tablecast.source.IncrementalRun.ops;
import static io.tablecast.source.IncrementalRun.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What people ask for through the offset: ranges, whole tables and drains. */
class IncrementalRequestsIT {

    private final Database database = PostgresServer.shared().createDatabase();

    @BeforeEach
    void createTable() {
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.item (id serial PRIMARY KEY, name text, at timestamptz NOT NULL DEFAULT now())",
                "CREATE INDEX ON shop.item (at, id)");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void drainReadsWhatTheBoundaryHoldsBack() {
        database.execute("INSERT INTO shop.item (name) SELECT 'old' FROM generate_series(1, 3)");

        try (IncrementalRun run = IncrementalRun.start(database, "at", Map.of("boundary", "3600000"))) {
            assertThat(values(run.pollCopy(), "id")).isEmpty();

            run.restart(Map.of("drain", "once"));

            assertThat(values(run.pollRows(3), "id")).containsExactly(1, 2, 3);
            run.pollUntilOffset("the request to be gone", offset -> !offset.containsKey("drain"));
        }
    }

    @Test
    void rangeIsReadAgainBetweenMarkersOnItsRows() {
        database.execute("INSERT INTO shop.item (name, at)"
                + " SELECT 'old', timestamptz '2026-01-01' + g * interval '1 day' FROM generate_series(1, 9) g");

        try (IncrementalRun run = IncrementalRun.start(database, "at", Map.of())) {
            run.pollCopy();
            Map<String, Object> before = run.offset();
            run.restart(Map.of("repull.from", "2026-01-03 00:00:00+00", "repull.to", "2026-01-06 00:00:00+00"));
            List<SourceRecord> records = run.pollCopy();

            assertThat(ops(records)).containsExactly("r", "r", "r");
            assertThat(values(records, "id")).containsExactly(2, 3, 4);
            SnapshotBegin begin = RecordHeaders.begin(records.get(0).headers()).orElseThrow();
            assertThat(begin.ranges())
                    .containsExactly(new SnapshotBegin.Range("at", "2026-01-03 00:00:00+00", "2026-01-06 00:00:00+00"));
            assertThat(records.get(1).sourceOffset().get("repull.from")).isEqualTo("2026-01-03 00:00:00+00");
            assertThat(run.offset()).isEqualTo(before);
        }
    }

    @Test
    void rangeWithoutEndReachesToWhereReadingGoesOn() {
        database.execute("INSERT INTO shop.item (name) SELECT 'old' FROM generate_series(1, 5)");

        try (IncrementalRun run = IncrementalRun.start(database, "id", Map.of())) {
            run.pollCopy();
            run.restart(Map.of("repull.from", "4"));

            assertThat(values(run.pollCopy(), "id")).containsExactly(4, 5);
            database.execute("INSERT INTO shop.item (name) VALUES ('new')");
            List<SourceRecord> next = run.pollRows(1);
            assertThat(values(next, "id")).containsExactly(6);
            assertThat(ops(next)).containsExactly("u");
        }
    }

    @Test
    void rangeIsReadAgainWhenThePositionLiesBeyondWhatIsThere() {
        database.execute("INSERT INTO shop.item (name) SELECT 'old' FROM generate_series(1, 5)");

        try (IncrementalRun run = IncrementalRun.start(database, "id", Map.of())) {
            run.pollCopy();
            Map<String, Object> before = run.offset();
            database.execute("DELETE FROM shop.item WHERE id = 5");
            run.restart(Map.of("repull.from", "2", "repull.to", "4"));
            assertThat(values(run.pollCopy(), "id")).containsExactly(2, 3);
            assertThat(run.offset()).isEqualTo(before);

            // An end that lies between what is there and the position.
            run.restart(Map.of("repull.from", "4", "repull.to", "5"));
            assertThat(values(run.pollCopy(), "id")).containsExactly(4);
            assertThat(run.offset()).isEqualTo(before);

            run.restart(Map.of("repull.from", "4"));
            List<SourceRecord> again = run.pollCopy();
            assertThat(values(again, "id")).containsExactly(4);
            assertThat(RecordHeaders.begin(again.get(0).headers()).orElseThrow().ranges())
                    .containsExactly(new SnapshotBegin.Range("id", "4", ""));
            database.execute("INSERT INTO shop.item (id, name) VALUES (5, 'came again')");
            assertThat(values(run.pollRows(1), "name")).containsExactly("came again");

            database.execute("DELETE FROM shop.item");
            run.restart(Map.of("repull.from", "1"));
            run.pollUntilOffset("no request", offset -> !offset.containsKey("repull.from"));
        }
    }

    @Test
    void readingGoesOnAtTheClockThatWasSetBackWhenARangeIsAskedFor() {
        database.execute("INSERT INTO shop.item (name, at) VALUES ('old', now() - interval '1 hour'),"
                + " ('of the wrong clock', '2998-12-31')");

        try (IncrementalRun run = IncrementalRun.start(database, "at", Map.of())) {
            run.pollCopy();
            // As if it had been read by a clock that was far ahead.
            run.restart(Map.of("control.from", "2999-01-01 00:00:00+00", "repull.from", "2001-01-01 00:00:00+00"));
            List<SourceRecord> again = run.pollCopy();
            assertThat(values(again, "name")).containsExactly("old");
            assertThat(RecordHeaders.begin(again.get(0).headers()).orElseThrow().ranges())
                    .containsExactly(new SnapshotBegin.Range("at", "2001-01-01 00:00:00+00", ""));
            database.execute("INSERT INTO shop.item (name) VALUES ('new')");
            assertThat(values(run.pollRows(1), "name")).containsExactly("new");
        }
    }

    @Test
    void deletedOffsetCopiesAgain() {
        database.execute("INSERT INTO shop.item (name) SELECT 'old' FROM generate_series(1, 3)");

        try (IncrementalRun run = IncrementalRun.start(database, "id", Map.of())) {
            run.pollCopy();
            run.repull();

            List<SourceRecord> records = run.pollCopy();
            assertThat(ops(records)).containsExactly("t", "r", "r", "r");
        }
    }

    @Test
    void offsetThatCannotBeReadOnIsRefusedWhenAUserSendsIt() {
        database.execute("INSERT INTO shop.item (name) VALUES ('old')");
        Map<String, Object> stored;
        try (IncrementalRun run = IncrementalRun.start(database, "id", Map.of("start.value", "0"))) {
            run.pollRows(1);
            stored = run.offset();
        }

        assertThat(alter(stored, "repull.to", "9", Map.of())).isTrue();
        assertThatThrownBy(() -> alter(stored, "repull.to", "9", Map.of("condition", "id > 0")))
                .hasMessageContaining(
                        "The table shop.item cannot go on at this offset: its condition or its key has" + " changed.");
        assertThatThrownBy(() -> alter(stored, "key.after", "[\"x\"]", Map.of()))
                .hasMessageContaining("invalid input syntax for type integer: \"x\"");
        assertThatThrownBy(() -> alter(stored, "key.after", "[\"1\", \"2\"]", Map.of()))
                .hasMessageContaining("unequal number of entries in row expressions");
        assertThatThrownBy(() -> alter(stored, "columns", "id, name", Map.of()))
                .hasMessageContaining("\"id, name\" are not the columns of a table");
    }

    private boolean alter(Map<String, Object> stored, String key, String value, Map<String, String> more) {
        Map<String, String> properties = TaskRun.connection(database);
        properties.putAll(Map.of("mode", "incremental", "control.column", "id"));
        properties.putAll(more);
        Map<String, Object> offset = new HashMap<>(stored);
        offset.put(key, value);
        return new PostgresSourceConnector().alterOffsets(properties, Map.of(IncrementalRun.PARTITION, offset));
    }
}
