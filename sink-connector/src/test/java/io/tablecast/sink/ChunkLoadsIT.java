// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.RowLayout;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotRows;
import java.util.List;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Snapshots in binary form are loaded like others: whole, once, and whatever happens in their middle. */
class ChunkLoadsIT {

    private static final String TOPIC = "erp.shop.orders.copy";

    private final TopicLog log = new TopicLog(TOPIC, 0);
    private final Chunks chunks = new Chunks(log);
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
    void rowsAreCopiedInTheFormInWhichTheyCame() {
        chunks.whole("s1", 1000, 300);

        applyAll();

        assertThat(destination.orders()).hasSize(1000).contains("1:row 1:1", "1000:row 1000:1000");
        assertThat(types()).containsExactly("bigint", "character varying(10)", "integer");
        assertThat(runs()).containsExactly("s1 1000");
        assertThat(remarks()).doesNotContain("taken apart");
        assertThat(destination.storedOffset(TOPIC)).isEqualTo(log.end());
    }

    @ParameterizedTest
    @ValueSource(strings = {"swap", "truncate", "merge"})
    void oneSnapshotFollowsAnotherHoweverTheyAreApplied(String apply) {
        chunks.whole("s1", 100, 40);
        chunks.whole("s2", 50, 50);
        chunks.whole("s3", 0, 1);
        applyAll("snapshot.apply", apply);
        assertThat(destination.orders()).isEmpty();
        chunks.whole("s4", 70, 30);

        applyAll("snapshot.apply", apply);

        assertThat(destination.orders()).hasSize(70).contains("70:row 70:70");
        assertThat(runs()).containsExactly("s1 100", "s2 50", "s3 0", "s4 70");
    }

    @Test
    void columnsOfOtherTypesHaveTheRowsTakenApart() {
        chunks.whole("s1", 100, 40);

        applyAll("type.overrides", "integer:numeric(8,1)");

        assertThat(types()).containsExactly("bigint", "character varying(10)", "numeric(8,1)");
        assertThat(destination.orders()).hasSize(100).contains("100:row 100:100.0");
        assertThat(remarks())
                .contains(
                        "taken apart, which is slower: column \"amount\" is sent as integer and is numeric(8,1) here");
    }

    @Test
    void aTaskThatDiesInItsMiddleBeginsAgain() {
        chunks.begin("s1");
        chunks.rows("s1", 1, 300);
        DrivenTask dying = destination.task();
        dying.open(log);
        dying.turnUntil("the load runs", () -> loading().size() == 1);
        dying.vanish();
        chunks.last("s1", 301, 400);

        applyAll();

        assertThat(destination.orders()).hasSize(400);
        assertThat(runs()).containsExactly("s1 400");
    }

    @Test
    void aLoadGoesOnWhereItWasWhenItsPartitionComesBack() {
        chunks.begin("s1");
        chunks.rows("s1", 1, 300);
        try (DrivenTask task = destination.task()) {
            task.open(log);
            task.turnUntil("the load runs", () -> loading().size() == 1);
            task.turnUntil("all is read", () -> task.position(log) == log.end());
            List<String> before = loading();

            task.close(log);
            task.open(log);
            task.turnUntil(
                    "the consumer is sent behind what is loaded",
                    () -> task.context().rewinds().containsValue(log.end()));
            assertThat(loading()).as("the load's backend").isEqualTo(before);
            chunks.last("s1", 301, 400);
            task.drain();
        }

        assertThat(destination.orders()).hasSize(400);
    }

    @Test
    void aLoadThatTakesTooLongGoesOnInBatchesWhereTheTaskBeforeLeftIt() {
        String[] stagedAtOnce = {"snapshot.transaction.max.ms", "0"};
        chunks.begin("s1");
        chunks.rows("s1", 1, 200);
        chunks.rows("s1", 201, 300);
        DrivenTask dying = destination.task(stagedAtOnce);
        dying.open(log);
        dying.turnUntil("rows are committed aside", () -> rowsAside() == 300);
        dying.vanish();
        // A producer that sends again.
        chunks.rows("s1", 201, 300);
        chunks.last("s1", 301, 400);

        applyAll(stagedAtOnce);

        assertThat(destination.orders()).hasSize(400);
        assertThat(runs()).containsExactly("s1 400");
        assertThat(destination.database().value("SELECT incomplete FROM tablecast.table_state"))
                .isNull();
    }

    @Test
    void aRowThatTheDestinationRefusesIsPutAsideAndItsNeighboursAreLoaded() {
        chunks.begin("s1");
        chunks.rows("s1", 1, 100);
        chunks.rows("s1", 101, 101, "far too long ");
        chunks.last("s1", 102, 200);

        try (DrivenTask task = destination.task("errors.tolerance", "all")) {
            task.open(log);
            task.drain();

            assertThat(task.context().reported())
                    .extracting(reported -> reported.originalKafkaOffset())
                    .containsExactly(2L);
        }

        assertThat(destination.orders()).hasSize(199).contains("102:row 102:102");
        assertThat(destination.database().column("SELECT record_key FROM tablecast.record_error"))
                .singleElement()
                .asString()
                .contains("101");
    }

    @Test
    void recordsThatComeAgainAreNotLoadedTwice() {
        chunks.begin("s1");
        chunks.rows("s1", 1, 50);
        chunks.rows("s1", 1, 50);
        chunks.last("s1", 51, 60);
        chunks.last("s1", 51, 60);

        applyAll();

        assertThat(destination.orders()).hasSize(60);
        assertThat(runs()).containsExactly("s1 60");
    }

    @Test
    void rowsWhoseBeginWasNeverSeenAreMerged() {
        chunks.whole("s1", 10, 10);
        applyAll("snapshot.apply", "merge");
        chunks.last("lost", 6, 15);

        applyAll("snapshot.apply", "merge");

        assertThat(destination.orders()).hasSize(15);
        assertThat(destination.database().value("SELECT incomplete FROM tablecast.table_state"))
                .contains("whose begin was never seen");
    }

    @Test
    void aRecordThatHoldsOtherRowsThanItSaysStopsTheTask() {
        chunks.begin("s1");
        byte[] three = chunks.encoded(1, 3, number -> "row " + number);
        chunks.sendAs(
                chunks.layout(),
                new RecordHeaders().end(new SnapshotEnd("s1", 4)),
                new SnapshotRows("s1", 1, 4, 0),
                three);

        assertThatThrownBy(this::applyAll)
                .isInstanceOf(ConnectException.class)
                .hasStackTraceContaining("3 rows of snapshot s1 where it says 4");
    }

    @Test
    void aFormatOfALaterVersionStopsTheTaskWithTheRemedy() {
        RowLayout known = chunks.layout();
        RowLayout later = new RowLayout(2, "erp", known.table(), known.columns(), known.key(), known.types());
        chunks.sendAs(later, new RecordHeaders(), new SnapshotRows("s1", 1, 0, 0), new byte[0]);

        assertThatThrownBy(this::applyAll)
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("format 2 of snapshot.format=copy")
                .hasMessageContaining("set snapshot.format=records at the source");
    }

    private void applyAll(String... settings) {
        try (DrivenTask task = destination.task(settings)) {
            task.open(log);
            task.drain();
        }
    }

    private List<String> runs() {
        return destination.database().column("SELECT snapshot_id || ' ' || rows FROM tablecast.run_log ORDER BY id");
    }

    private String remarks() {
        return destination.database().value("SELECT coalesce(string_agg(detail, ' '), '') FROM tablecast.run_log");
    }

    private List<String> types() {
        return destination.database().column("""
                SELECT format_type(atttypid, atttypmod) FROM pg_attribute
                WHERE attrelid = 'shop.orders'::regclass AND attnum > 0 ORDER BY attnum""");
    }

    private List<String> loading() {
        return destination.database().column("""
                SELECT pid FROM pg_stat_activity
                WHERE datname = current_database() AND query LIKE 'COPY%' AND state = 'active'""");
    }

    private long rowsAside() {
        return destination.database().value("SELECT to_regclass('tablecast.staged_load')") == null
                ? 0
                : destination.database().number("SELECT coalesce(sum(rows), 0) FROM tablecast.staged_load");
    }
}
