// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.SourceInfo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class RowChangesTest {

    private static final TopicPartition PARTITION = new TopicPartition("erp.shop.orders", 0);
    private static final Schema ROW = SchemaBuilder.struct()
            .field("id", Schema.INT64_SCHEMA)
            .field("value", Schema.STRING_SCHEMA)
            .build();
    private static final Schema KEY =
            SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build();

    @RepeatedTest(50)
    void theLastStatesEndLikeAllChangesOneByOne(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Change.OfRow> changes = new ArrayList<>();
        for (int offset = 0; offset < 300; offset++) {
            long id = random.nextInt(20);
            changes.add(random.nextInt(3) == 0 ? delete(offset, id) : write(offset, id, "v" + offset));
        }
        Map<Long, String> table = new TreeMap<>();
        for (long id = 0; id < 20; id += 2) {
            table.put(id, "old");
        }
        Map<Long, String> expected = new TreeMap<>(table);
        changes.forEach(change -> apply(change, expected));

        RowChanges states = RowChanges.reduce(changes, change -> Optional.of(id(change)), new MergedRows(Field::name));
        // As the writer does: all deletes, then all rows.
        states.deletes().forEach(change -> apply(change, table));
        states.writes().forEach(change -> apply(change, table));

        assertThat(table).isEqualTo(expected);
        assertThat(states.size()).isLessThanOrEqualTo(20);
        assertThat(states.all()).doesNotHaveDuplicates();
    }

    @Test
    void rowsWithoutAKeyAreAllKeptEvenIfTheyAreEqual() {
        List<Change.OfRow> changes = List.of(write(1, 1, "a"), write(1, 1, "a"));

        assertThat(RowChanges.reduce(changes, change -> Optional.empty(), new MergedRows(Field::name))
                        .writes())
                .hasSize(2);
    }

    /** A row and the second it was deleted in, 0 while it is there. */
    private record Kept(String value, long deleted) {}

    @RepeatedTest(50)
    void whereDeletedRowsAreKeptTheLastStatesEndLikeAllChangesOneByOne(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Change.OfRow> changes = new ArrayList<>();
        for (int offset = 10; offset < 100; offset++) {
            long id = random.nextInt(20);
            changes.add(random.nextInt(2) == 0 ? delete(offset, id) : write(offset, id, "v" + offset));
        }
        Map<Long, Kept> table = new TreeMap<>();
        for (long id = 0; id < 20; id += 2) {
            table.put(id, new Kept("old", id % 4));
        }
        Map<Long, Kept> expected = new TreeMap<>(table);
        changes.forEach(change -> keep(change, expected));

        RowChanges states = RowChanges.reduceKeepingDeleted(
                changes, change -> Optional.of(id(change)), new MergedRows(Field::name));
        states.deletes().forEach(change -> keep(change, table));
        states.writes().forEach(change -> keep(change, table));

        assertThat(table).isEqualTo(expected);
        assertThat(states.all()).hasSizeLessThanOrEqualTo(20).doesNotHaveDuplicates();
    }

    @Test
    void aRowOfAnEarlierShapeLeavesItsOwnColumnsToTheLastState() {
        Schema narrow = SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build();
        Change.Write later =
                new Change.Write(new Origin.Place(PARTITION, 2), RowKey.NONE, new Struct(narrow).put("id", 1L));
        List<Change.OfRow> changes = List.of(write(1, 1, "kept"), later);
        RowChanges.Identities same = change -> Optional.of(1L);

        List<RowChanges> reduced = List.of(
                RowChanges.reduce(changes, same, new MergedRows(Field::name)),
                RowChanges.reduceKeepingDeleted(changes, same, new MergedRows(Field::name)));

        assertThat(reduced)
                .allSatisfy(states -> assertThat(states.writes())
                        .singleElement()
                        .satisfies(write ->
                                assertThat(write.row().getString("value")).isEqualTo("kept"))
                        .satisfies(write -> assertThat(write.origin().offset()).isEqualTo(2)));
    }

    @Test
    void aRowIsNewFromItsDeleteOn() {
        assertThat(isNew(write(1, 1, "a"))).isFalse();
        assertThat(isNew(write(1, 1, "a"), write(2, 1, "b"))).isFalse();
        assertThat(isNew(delete(1, 1), write(2, 1, "a"))).isTrue();
        assertThat(isNew(write(1, 1, "a"), delete(2, 1), delete(3, 1), write(4, 1, "b"), write(5, 1, "c")))
                .isTrue();
        assertThat(isNew(delete(1, 2), write(2, 1, "a"))).isFalse();
    }

    private static boolean isNew(Change.OfRow... changes) {
        RowChanges states =
                RowChanges.reduce(List.of(changes), change -> Optional.of(id(change)), new MergedRows(Field::name));
        return ((Change.Write) states.writes().get(0)).isNew();
    }

    @Test
    void aKeptRowIsTheOneThatWasWrittenAndTheDeletionThatOfTheDelete() {
        RowChanges states = RowChanges.reduceKeepingDeleted(
                List.of(write(1, 1, "a"), delete(2, 1)),
                change -> Optional.of(id(change)),
                new MergedRows(Field::name));

        assertThat(states.deletes()).isEmpty();
        Change.Retired retired = (Change.Retired) states.writes().get(0);
        assertThat(retired.row().getString("value")).isEqualTo("a");
        assertThat(retired.origin().offset()).isEqualTo(2);
        assertThat(id(retired)).isEqualTo(1);
    }

    @Test
    void onlyWhoHasLookedSaysThatNoValueIsLeftOut() {
        RowChanges states = RowChanges.unreduced(List.of(write(1, 1, "a"), write(2, 1, "b"), delete(3, 1)));

        assertThat(states.isComplete()).isFalse();
        assertThat(states.complete().isComplete()).isTrue();
        assertThat(states.complete().all()).hasSize(3).isEqualTo(states.all());
        assertThat(states.size()).isEqualTo(3);
        assertThat(states.writes()).hasSize(2);
        assertThat(states.deletes()).hasSize(1);
    }

    private static void keep(Change.OfRow change, Map<Long, Kept> table) {
        long id = id(change);
        if (change instanceof Change.Retired retired) {
            table.put(id, new Kept(retired.row().getString("value"), second(retired.deletion())));
        } else if (change instanceof Change.Write write) {
            table.put(id, new Kept(write.row().getString("value"), 0));
        } else if (table.containsKey(id) && table.get(id).deleted() == 0) {
            table.put(id, new Kept(table.get(id).value(), second(((Change.Gone) change).deletion())));
        }
    }

    private static long second(Deletion deletion) {
        return deletion.time().getEpochSecond();
    }

    private static void apply(Change.OfRow change, Map<Long, String> table) {
        if (change instanceof Change.Write write) {
            table.put(id(change), write.row().getString("value"));
        } else {
            table.remove(id(change));
        }
    }

    private static long id(Change.OfRow change) {
        return ((RowKey.Fields) change.key()).values().getInt64("id");
    }

    private static Change.OfRow write(long offset, long id, String value) {
        return new Change.Write(
                new Origin.Place(PARTITION, offset),
                RowKey.of(KEY, new Struct(KEY).put("id", id)),
                new Struct(ROW).put("id", id).put("value", value));
    }

    private static Change.OfRow delete(long offset, long id) {
        return new Change.Delete(
                new Origin.Place(PARTITION, offset),
                RowKey.of(KEY, new Struct(KEY).put("id", id)),
                new Deletion(SourceInfo.NONE, Instant.ofEpochSecond(offset), Optional.empty()));
    }
}
