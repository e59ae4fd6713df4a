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
                new Deletion(SourceInfo.NONE, Instant.EPOCH, Optional.empty()));
    }
}
