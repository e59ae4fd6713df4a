// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.apply;

import static io.tablecast.sink.apply.Samples.at;
import static io.tablecast.sink.apply.Samples.column;
import static io.tablecast.sink.apply.Samples.delete;
import static io.tablecast.sink.apply.Samples.key;
import static io.tablecast.sink.apply.Samples.primaryKey;
import static io.tablecast.sink.apply.Samples.row;
import static io.tablecast.sink.apply.Samples.schema;
import static io.tablecast.sink.apply.Samples.table;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.type.UnavailableValue;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

class MissingValuesTest {

    private static final String UNKNOWN = UnavailableValue.DEFAULT_PLACEHOLDER;
    private static final Schema KEY = schema("id:INT64");
    private static final Schema ROW = schema("id:INT64", "code:STRING", "note:STRING");

    private final TablePlans plans = new TablePlans(
            table(List.of(column("id", "bigint"), column("code", "text"), column("note", "text")), primaryKey("id")),
            Optional.empty());

    @Test
    void aPlaceholderIsNoValue() {
        MissingValues missing = MissingValues.of(ROW);

        assertThat(missing.isAnyIn(row(ROW, 1L, "a", "b"))).isFalse();
        assertThat(missing.in(row(ROW, 1L, "a", null))).isEmpty();
        assertThat(missing.isAnyIn(row(ROW, 1L, "a", null))).isFalse();
        assertThat(missing.isAnyIn(row(ROW, 1L, "a", UNKNOWN))).isTrue();
        assertThat(missing.in(row(ROW, 1L, "a", UNKNOWN))).containsExactly(ROW.field("note"));
        assertThat(missing.in(row(ROW, 1L, UNKNOWN, UNKNOWN)))
                .extracting(Field::name)
                .containsExactly("code", "note");
    }

    @Test
    void bytesArraysAndMapsMayBeMissingAsWell() {
        Schema schema = SchemaBuilder.struct()
                .field("bytes", Schema.BYTES_SCHEMA)
                .field("list", SchemaBuilder.array(Schema.STRING_SCHEMA).build())
                .field(
                        "map",
                        SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA)
                                .build())
                .build();
        Struct row = new Struct(schema)
                .put("bytes", UNKNOWN.getBytes(UTF_8))
                .put("list", List.of(UNKNOWN))
                .put("map", Map.of(UNKNOWN, UNKNOWN));

        assertThat(MissingValues.of(schema).in(row)).isEqualTo(schema.fields());
    }

    @Test
    void anEarlierStateOfTheRowHasThem() {
        List<Change.OfRow> filled = MissingValues.filled(
                List.of(write(1, 1, "a", "b"), write(2, 2, "x", "y"), write(3, 1, "c", UNKNOWN)), plans);

        assertThat(texts(filled)).containsExactly("a b", "x y", "c b");
        assertThat(filled.get(2).origin()).isEqualTo(at(3));
    }

    @Test
    void aValueIsHandedOnThroughSeveralStates() {
        List<Change.OfRow> filled = MissingValues.filled(
                List.of(write(1, 1, "a", "b"), write(2, 1, UNKNOWN, "c"), write(3, 1, "d", UNKNOWN)), plans);

        assertThat(texts(filled)).containsExactly("a b", "a c", "d c");
    }

    @Test
    void whatNoEarlierStateHasStaysMissing() {
        List<Change.OfRow> filled = MissingValues.filled(
                List.of(write(1, 1, UNKNOWN, "b"), write(2, 1, "c", UNKNOWN), write(3, 2, "d", UNKNOWN)), plans);

        assertThat(texts(filled)).containsExactly(UNKNOWN + " b", "c b", "d " + UNKNOWN);
    }

    @Test
    void aDeletedRowHasNothingForTheNextOneOfItsKey() {
        List<Change.OfRow> filled = MissingValues.filled(
                List.of(write(1, 1, "a", "b"), delete(2, id(1)), write(3, 1, "c", UNKNOWN)), plans);

        assertThat(texts(List.of(filled.get(2)))).containsExactly("c " + UNKNOWN);
        assertThat(filled.get(1)).isEqualTo(delete(2, id(1)));
    }

    @Test
    void aRowThatHasLeftItsKeyTakesItsValuesAlong() {
        Change.Delete left = delete(2, id(1));

        List<Change.OfRow> filled = MissingValues.filled(
                List.of(
                        write(1, 1, "a", "b"),
                        left,
                        // The tombstone.
                        delete(3, id(1)),
                        moved(4, 2, "c", UNKNOWN, left)),
                plans);

        assertThat(texts(List.of(filled.get(3)))).containsExactly("c b");
        // The table need not be asked for the former row, but where it came from is still known.
        assertThat(((Change.Write) filled.get(3)).former()).contains(left);
    }

    @Test
    void whatIsMissingStillIsWhereTheRowWasBeforeTheFirstOfItsMoves() {
        Change.Delete first = delete(1, id(1));
        Change.Delete second = delete(3, id(2));

        List<Change.OfRow> filled = MissingValues.filled(
                List.of(first, moved(2, 2, "a", UNKNOWN, first), second, moved(4, 3, UNKNOWN, UNKNOWN, second)), plans);

        Change.Write last = (Change.Write) filled.get(3);
        assertThat(texts(List.of(last))).containsExactly("a " + UNKNOWN);
        assertThat(last.former()).contains(first);
    }

    @Test
    void aRowThatArrivesUnderAKeyTakesNothingOfItsPredecessorThere() {
        Change.Delete left = delete(2, id(2));

        List<Change.OfRow> filled =
                MissingValues.filled(List.of(write(1, 1, "a", "b"), left, moved(3, 1, "c", UNKNOWN, left)), plans);

        assertThat(texts(List.of(filled.get(2)))).containsExactly("c " + UNKNOWN);
    }

    @Test
    void aValueOfAnotherTypeIsNotTaken() {
        Schema other = schema("id:INT64", "code:STRING", "note:BYTES");
        Change.Write before = Samples.write(1, id(1), row(other, 1L, "a", new byte[] {1}));
        Schema without = schema("id:INT64", "code:STRING");
        Change.Write lacking = Samples.write(1, id(1), row(without, 1L, "a"));

        assertThat(texts(List.of(MissingValues.filled(List.of(before, write(2, 1, UNKNOWN, UNKNOWN)), plans)
                        .get(1))))
                .containsExactly("a " + UNKNOWN);
        assertThat(texts(List.of(MissingValues.filled(List.of(lacking, write(2, 1, UNKNOWN, UNKNOWN)), plans)
                        .get(1))))
                .containsExactly("a " + UNKNOWN);
    }

    @Test
    void rowsWithoutAKeyKnowNothingOfEachOther() {
        TablePlans keyless = new TablePlans(
                table(List.of(column("id", "bigint"), column("code", "text"), column("note", "text"))),
                Optional.empty());
        Change.Write before = Samples.write(1, RowKey.NONE, row(ROW, 1L, "a", "b"));
        Change.Write after = Samples.write(2, RowKey.NONE, row(ROW, 1L, "c", UNKNOWN));

        assertThat(texts(MissingValues.filled(List.of(before, after), keyless))).containsExactly("a b", "c " + UNKNOWN);
    }

    private static RowKey id(long id) {
        return key(KEY, id);
    }

    private static Change.Write write(long offset, long id, String code, String note) {
        return Samples.write(offset, id(id), row(ROW, id, code, note));
    }

    private static Change.Write moved(long offset, long id, String code, String note, Change.Delete former) {
        return new Change.Write(at(offset), id(id), row(ROW, id, code, note), Optional.of(former), false);
    }

    private static List<String> texts(List<? extends Change.OfRow> changes) {
        return changes.stream()
                .map(change -> ((Change.Write) change).row())
                .map(row -> row.getString("code") + " " + row.getString("note"))
                .toList();
    }
}
