// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static io.tablecast.sink.apply.Samples.at;
import static io.tablecast.sink.apply.Samples.delete;
import static io.tablecast.sink.apply.Samples.deletion;
import static io.tablecast.sink.apply.Samples.row;
import static io.tablecast.sink.apply.Samples.schema;
import static io.tablecast.sink.apply.Samples.write;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

class MergedRowsTest {

    private static final Schema EARLIER = schema("id:INT64", "code:STRING", "note:STRING");
    private static final Schema LATER = schema("id:INT64", "code:STRING", "amount:INT32");

    private final MergedRows merged = new MergedRows(Field::name);

    @Test
    void theLaterValuesCountAndWhatOnlyTheEarlierRowHasStays() {
        Change.Write before = write(1, RowKey.NONE, row(EARLIER, 1L, "old", "kept"));
        Change.Delete former = delete(2, RowKey.NONE);
        Change.Write next = new Change.Write(at(3), RowKey.NONE, row(LATER, 1L, null, 7), Optional.of(former), true);

        assertThat(merged.isNeeded(before, next)).isTrue();
        Change.Write both = (Change.Write) merged.of(before, next);

        assertThat(both.row().schema().fields())
                .extracting(Field::name)
                .containsExactly("id", "code", "amount", "note");
        assertThat(both.row().get("id")).isEqualTo(1L);
        assertThat(both.row().get("code")).isNull();
        assertThat(both.row().get("amount")).isEqualTo(7);
        assertThat(both.row().get("note")).isEqualTo("kept");
        assertThat(both.origin()).isEqualTo(at(3));
        assertThat(both.former()).contains(former);
        assertThat(both.hasBefore()).isTrue();
    }

    @Test
    void aDeletedRowStaysDeleted() {
        Change.Write before = write(1, RowKey.NONE, row(EARLIER, 1L, "old", "kept"));
        Change.Retired next = new Change.Retired(at(2), RowKey.NONE, row(LATER, 1L, "last", 7), deletion(5));

        Change.Retired both = (Change.Retired) merged.of(before, next);

        assertThat(both.row().get("code")).isEqualTo("last");
        assertThat(both.row().get("note")).isEqualTo("kept");
        assertThat(both.origin()).isEqualTo(at(2));
        assertThat(both.deletion()).isEqualTo(deletion(5));
    }

    @Test
    void aRowThatHasAllColumnsOfTheEarlierOneNeedsNothingOfIt() {
        Struct few = row(schema("id:INT64", "code:STRING"), 1L, "a");
        Struct all = row(EARLIER, 1L, "b", "c");
        // Equal, but made anew.
        Struct again = row(schema("id:INT64", "code:STRING", "note:STRING"), 1L, "b", "c");

        assertThat(merged.isNeeded(write(1, RowKey.NONE, few), write(2, RowKey.NONE, all)))
                .isFalse();
        assertThat(merged.isNeeded(write(1, RowKey.NONE, all), write(2, RowKey.NONE, all)))
                .isFalse();
        assertThat(merged.isNeeded(write(1, RowKey.NONE, all), write(2, RowKey.NONE, again)))
                .isFalse();
    }

    @Test
    void aDeletedRowLeavesNothingToTheNextOne() {
        Change.Write write = write(1, RowKey.NONE, row(EARLIER, 1L, "a", "b"));

        assertThat(merged.isNeeded(delete(1, RowKey.NONE), write)).isFalse();
        assertThat(merged.isNeeded(write, delete(2, RowKey.NONE))).isFalse();
    }

    @Test
    void aColumnThatHadAnotherNameIsThereOnce() {
        MergedRows renamed = new MergedRows(field -> field.name().equals("note") ? "remark" : field.name());
        Change.Write before = write(1, RowKey.NONE, row(EARLIER, 1L, "a", "old"));
        Schema later = schema("id:INT64", "remark:STRING");
        Change.Write next = write(2, RowKey.NONE, row(later, 1L, "new"));

        assertThat(renamed.isNeeded(before, next)).isTrue();
        Struct both = ((Change.Write) renamed.of(before, next)).row();

        assertThat(both.schema().fields()).extracting(Field::name).containsExactly("id", "remark", "code");
        assertThat(both.get("remark")).isEqualTo("new");
    }

    @Test
    void aNullStaysOneWhateverDefaultItsColumnHas() {
        Schema withDefaults = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field(
                        "note",
                        SchemaBuilder.string().optional().defaultValue("x").build())
                .build();
        Schema later = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field(
                        "code",
                        SchemaBuilder.string().optional().defaultValue("y").build())
                .build();
        Change.Write before = write(1, RowKey.NONE, row(withDefaults, 1L, null));
        Change.Write next = write(2, RowKey.NONE, row(later, 1L, null));

        Struct both = ((Change.Write) merged.of(before, next)).row();

        assertThat(both.getWithoutDefault("note")).isNull();
        assertThat(both.getWithoutDefault("code")).isNull();
    }
}
