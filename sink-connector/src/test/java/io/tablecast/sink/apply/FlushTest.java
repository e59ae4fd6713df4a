// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SourceInfo;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import io.tablecast.sink.config.SinkSettings;
import io.tablecast.sink.metadata.SourceTable;
import io.tablecast.sink.offset.Advance;
import io.tablecast.sink.offset.Claim;
import io.tablecast.sink.snapshot.LoadPlan;
import io.tablecast.sink.snapshot.StagedTable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class FlushTest {

    private static final TableId ORDERS = new TableId("shop", "orders");
    private static final TableId ITEMS = new TableId("shop", "items");
    private static final TableId CUSTOMERS = new TableId("crm", "customers");
    private static final TopicPartition ORDERS_0 = new TopicPartition("erp.shop.orders", 0);
    private static final TopicPartition ORDERS_1 = new TopicPartition("erp.shop.orders", 1);
    private static final TopicPartition ITEMS_0 = new TopicPartition("erp.shop.items", 0);

    private final Flush flush = new Flush();

    @Test
    void aPartitionMovesFromBeforeItsFirstRecordToBehindItsLast() {
        flush.cover(ORDERS_0, 10, 10, 3, 100);
        flush.cover(ITEMS_0, Claim.NOTHING_WRITTEN, 7, 4, 10);
        flush.cover(ORDERS_0, 11, 15, 3, 1);

        assertThat(flush.advances())
                .containsExactlyInAnyOrder(
                        new Advance(ORDERS_0, 10, 16, 3), new Advance(ITEMS_0, Claim.NOTHING_WRITTEN, 8, 4));
        assertThat(flush.records()).isEqualTo(3);
        assertThat(flush.bytes()).isEqualTo(111);
    }

    @Test
    void recordsThatChangeNoTableMoveTheirPartition() {
        assertThat(flush.isEmpty()).isTrue();
        assertThat(flush.movesAnything()).isFalse();

        flush.cover(ORDERS_0, 10, 10, 3, 0);

        assertThat(flush.isEmpty()).isFalse();
        assertThat(flush.movesAnything()).isTrue();
        assertThat(flush.tableIds()).isEmpty();
    }

    @Test
    void aPieceOfARecordMovesNothing() {
        flush.cover(ORDERS_0, 10, 9, 3, 0);

        assertThat(flush.isEmpty()).isFalse();
        assertThat(flush.movesAnything()).isFalse();

        flush.cover(ITEMS_0, 10, 10, 3, 0);

        assertThat(flush.movesAnything()).isTrue();
    }

    @Test
    void changesOfATableStayInTheOrderTheyCameAndTablesAreInOneOrder() {
        Change first = change(ORDERS_0, 1);
        Change second = change(ORDERS_1, 1);
        Change third = change(ORDERS_0, 2);

        assertThat(flush.add(ORDERS, first, SourceInfo.NONE)).isTrue();
        assertThat(flush.add(ITEMS, change(ITEMS_0, 1), SourceInfo.NONE)).isTrue();
        assertThat(flush.add(ORDERS, second, SourceInfo.NONE)).isFalse();
        assertThat(flush.add(CUSTOMERS, change(ITEMS_0, 2), SourceInfo.NONE)).isTrue();
        flush.add(ORDERS, third, SourceInfo.NONE);

        assertThat(flush.tables().keySet()).containsExactly(CUSTOMERS, ITEMS, ORDERS);
        assertThat(flush.tables().get(ORDERS)).containsExactly(first, second, third);
        assertThat(flush.tableIds()).containsExactlyInAnyOrder(ORDERS, ITEMS, CUSTOMERS);
    }

    @Test
    void partitionsAreThoseThatATablesChangesCameFrom() {
        flush.add(ORDERS, change(ORDERS_0, 1), SourceInfo.NONE);
        flush.add(ORDERS, change(ORDERS_1, 1), SourceInfo.NONE);
        flush.add(ITEMS, change(ORDERS_1, 2), SourceInfo.NONE);

        assertThat(flush.partitionsOf(ORDERS)).containsExactlyInAnyOrder(ORDERS_0, ORDERS_1);
        assertThat(flush.partitionsOf(ITEMS)).containsExactly(ORDERS_1);
        assertThat(flush.partitionsOf(CUSTOMERS)).isEmpty();
        assertThat(flush.isOnlyOf(ORDERS_0, ORDERS)).isTrue();
        assertThat(flush.isOnlyOf(ORDERS_1, ORDERS)).isFalse();
        assertThat(flush.isOnlyOf(ORDERS_1, ITEMS)).isFalse();
        assertThat(flush.isOnlyOf(ITEMS_0, ITEMS)).isTrue();
    }

    @Test
    void mainPartitionsHaveAnEvenShareOfTheRecordsOrMayHave() {
        for (int i = 0; i < 5; i++) {
            flush.cover(ORDERS_0, 10, 10 + i, 3, 0);
        }
        for (int i = 0; i < 3; i++) {
            flush.cover(ORDERS_1, 20, 20 + i, 3, 0);
        }
        flush.cover(ITEMS_0, Claim.NOTHING_WRITTEN, 7, 4, 0);

        // 5 and 3 of 9 records, and one of which nobody knows where it began.
        assertThat(flush.mainPartitions()).containsExactlyInAnyOrder(ORDERS_0, ORDERS_1, ITEMS_0);

        flush.cover(ITEMS_0, 8, 8, 4, 0);

        assertThat(flush.mainPartitions()).containsExactlyInAnyOrder(ORDERS_0, ITEMS_0);
    }

    @Test
    void aPartitionThatBeganAtZeroIsCounted() {
        flush.cover(ORDERS_0, 0, 0, 3, 0);
        flush.cover(ORDERS_1, 0, 2, 3, 0);
        flush.cover(ORDERS_1, 3, 2, 3, 0);
        flush.cover(ORDERS_1, 3, 2, 3, 0);

        assertThat(flush.mainPartitions()).containsExactly(ORDERS_1);
    }

    @Test
    void whatCameFromPartitionsThatAreGivenAwayIsTakenOut() {
        FlushNote kept = connection -> {};
        Change stays = change(ORDERS_0, 1);
        Rejection unreadable = rejection(ORDERS_0);
        flush.add(ORDERS, stays, SourceInfo.NONE);
        flush.add(ORDERS, change(ORDERS_1, 1), SourceInfo.NONE);
        flush.add(ITEMS, change(ORDERS_1, 2), SourceInfo.NONE);
        flush.cover(ORDERS_0, 1, 1, 3, 10);
        flush.cover(ORDERS_1, 1, 2, 4, 10);
        flush.addUnreadable(unreadable);
        flush.addUnreadable(rejection(ORDERS_1));
        flush.note(ORDERS_0, kept);
        flush.note(ORDERS_1, connection -> {});
        flush.reread(CUSTOMERS);

        Flush rest = flush.without(Set.of(ORDERS_1));

        assertThat(rest.tables()).containsExactly(Map.entry(ORDERS, List.of(stays)));
        assertThat(rest.advances()).containsExactly(new Advance(ORDERS_0, 1, 2, 3));
        assertThat(rest.unreadable()).containsExactly(unreadable);
        assertThat(rest.notes()).containsExactly(kept);
        assertThat(rest.changedElsewhere()).containsExactly(CUSTOMERS);
        assertThat(rest.sources(ORDERS)).containsExactly(new SourceTable("erp", "shop.orders"));
        assertThat(rest.lastSource(ORDERS)).isSameAs(SourceInfo.NONE);
        assertThat(rest.records()).isEqualTo(2);
        assertThat(rest.bytes()).isEqualTo(20);
        // Whoever holds the flush itself still has everything.
        assertThat(flush.tables().keySet()).containsExactly(ITEMS, ORDERS);
        assertThat(flush.advances()).hasSize(2);
        assertThat(flush.without(Set.of(ORDERS_0, ORDERS_1)).isEmpty()).isTrue();
    }

    @Test
    void ofTwoFlushesTheLaterOneGoesOnWhereTheFirstEnded() {
        FlushNote first = connection -> {};
        FlushNote last = connection -> {};
        Change before = change(ORDERS_0, 1);
        Change after = change(ORDERS_0, 2);
        Rejection early = rejection(ORDERS_0);
        Rejection late = rejection(ORDERS_1);
        flush.add(ORDERS, before, SourceInfo.NONE);
        flush.cover(ORDERS_0, 1, 1, 3, 10);
        flush.note(ORDERS_0, first);
        flush.addUnreadable(early);
        flush.reread(ITEMS);
        Flush later = new Flush();
        later.add(ORDERS, after, SourceInfo.NONE);
        later.add(ITEMS, change(ORDERS_1, 9), SourceInfo.NONE);
        later.cover(ORDERS_0, 2, 4, 3, 5);
        later.cover(ORDERS_1, 9, 9, 6, 5);
        later.note(ORDERS_0, last);
        later.addUnreadable(late);
        later.reread(CUSTOMERS);

        Flush both = flush.followedBy(later);

        assertThat(both.tables().get(ORDERS)).containsExactly(before, after);
        assertThat(both.tables().get(ITEMS)).hasSize(1);
        assertThat(both.advances())
                .containsExactlyInAnyOrder(new Advance(ORDERS_0, 1, 5, 3), new Advance(ORDERS_1, 9, 10, 6));
        assertThat(both.notes()).containsExactly(last);
        assertThat(both.unreadable()).containsExactly(early, late);
        assertThat(both.changedElsewhere()).containsExactlyInAnyOrder(ITEMS, CUSTOMERS);
        assertThat(both.sources(ITEMS)).containsExactly(new SourceTable("erp", "shop.orders"));
        assertThat(both.records()).isEqualTo(3);
        assertThat(both.bytes()).isEqualTo(20);
        assertThat(flush.tables().get(ORDERS)).containsExactly(before);
        assertThat(later.tables().get(ORDERS)).containsExactly(after);
    }

    @Test
    void aTableThatTwoTopicsFillComesFromTwoTables() {
        flush.add(ORDERS, write(ORDERS_0), SourceInfo.NONE);
        flush.add(ORDERS, write(ORDERS_1), SourceInfo.NONE);
        flush.add(ORDERS, write(ITEMS_0), SourceInfo.NONE);
        flush.add(ORDERS, write(ORDERS_0), SourceInfo.NONE);

        assertThat(flush.sources(ORDERS))
                .containsExactly(new SourceTable("erp", "shop.orders"), new SourceTable("erp", "shop.items"));
    }

    @Test
    void aDeleteThatDoesNotTellItsTableNamesNone() {
        flush.add(ORDERS, Samples.delete(1, RowKey.NONE), SourceInfo.NONE);

        assertThat(flush.sources(ORDERS)).isEmpty();
    }

    @Test
    void rowsOfAStagedLoadAreOfItsDestination() {
        StagedTable stage = stage();
        flush.stage(stage);
        flush.add(stage.id(), change(ORDERS_1, 1), SourceInfo.NONE);
        flush.add(ITEMS, change(ITEMS_0, 1), SourceInfo.NONE);
        flush.cover(ORDERS_1, 1, 1, 3, 0);
        Flush later = new Flush();
        later.stage(stage);

        assertThat(List.of(flush, flush.without(Set.of(ITEMS_0)), new Flush().followedBy(flush)))
                .allSatisfy(staged -> {
                    assertThat(staged.stage(stage.id())).containsSame(stage);
                    assertThat(staged.partitionsOf(ORDERS)).containsExactly(ORDERS_1);
                    assertThat(staged.isOnlyOf(ORDERS_1, ORDERS)).isTrue();
                    assertThat(staged.isOnlyOf(ORDERS_1, ITEMS)).isFalse();
                });
        assertThat(flush.tableIds()).containsExactly(ITEMS);
        assertThat(flush.stage(ITEMS)).isEmpty();
        assertThat(flush.partitionsOf(ITEMS)).containsExactly(ITEMS_0);
        assertThat(new Flush().followedBy(later).stage(stage.id())).containsSame(stage);
    }

    private static StagedTable stage() {
        SinkSettings settings =
                SinkSettings.parse(Map.of("name", "sink-a", "connection.url", "jdbc:postgresql://localhost/warehouse"));
        TableStructure structure = new TableStructure(
                ORDERS,
                TableStructure.DatabaseKind.POSTGRESQL,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                "");
        return StagedTable.of(new LoadPlan(
                ORDERS,
                SnapshotBegin.ofTable("s1", "snapshot", structure),
                Samples.schema("id:INT64"),
                new LoadPlan.Attempt(3, 1),
                Set.of(),
                settings.of(ORDERS).snapshots()));
    }

    private static Change change(TopicPartition partition, long offset) {
        return new Change.Write(
                new Origin.Place(partition, offset), RowKey.NONE, Samples.row(Samples.schema("id:INT64"), offset));
    }

    private static Change write(TopicPartition partition) {
        return change(partition, 1);
    }

    private static Rejection rejection(TopicPartition partition) {
        return new Rejection(new Origin.Place(partition, 1), ORDERS, "", "", "", "It is no row");
    }
}
