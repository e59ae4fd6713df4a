// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.cli.compare.ComparedSide.Extent;
import io.tablecast.cli.compare.ComparedSide.RangeSum;
import io.tablecast.cli.compare.ComparedSide.RowKey;
import io.tablecast.sink.config.NulMode;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

class DecodedSideTest {

    private static final Schema NUMBERED = SchemaBuilder.struct()
            .field("id", Schema.OPTIONAL_INT64_SCHEMA)
            .field("note", Schema.OPTIONAL_STRING_SCHEMA)
            .build();
    private static final RowKey NULL = new RowKey(Arrays.asList((String) null));

    private final List<SoughtRows> sought = new ArrayList<>();

    @Test
    void rowsWhoseFirstKeyColumnIsNullHaveARangeOfTheirOwn() throws SQLException {
        DecodedSide side = numbered(numbered(10, "ten"), numbered(null, "hand-made"));

        Ranges ranges = new Ranges.OfNumbers(0, 100, 1);
        Extent extent = side.extent();
        Map<Integer, RangeSum> sums = side.sums(ranges);
        Map<RowKey, String> marks = side.marks(ranges, Set.of(Ranges.OF_NULLS));

        assertThat(extent).isEqualTo(new Extent(2, "10", "10"));
        assertThat(sums).containsOnlyKeys(0, Ranges.OF_NULLS);
        assertThat(marks).containsOnlyKeys(NULL);
        assertThat(side.marks(List.of(NULL))).isEqualTo(marks);
        assertThat(side.texts(List.of(NULL))).containsExactly(Map.entry(NULL, "id=NULL"));
        assertThat(sought.get(sought.size() - 1)).isEqualTo(new SoughtRows(List.of("id"), List.of(NULL_ROW)));
    }

    @Test
    void nullIsAnotherKeyThanItsName() throws SQLException {
        DecodedSide side = texts(true, "NULL", null);

        assertThat(side.marks(new Ranges.OfHashes(1), Set.of(0))).containsOnlyKeys(new RowKey(List.of("NULL")), NULL);
    }

    @Test
    void rowsAreAskedForByWhateverTheServerFindsThemBy() throws SQLException {
        Schema schema = SchemaBuilder.struct()
                .field("code", Schema.STRING_SCHEMA)
                .field("ratio", Schema.FLOAT64_SCHEMA)
                .field("part", Schema.INT32_SCHEMA)
                .build();
        List<DecodedColumn> key = List.of(
                new DecodedColumn("code", schema.field("code"), Content.TEXT, false, NulMode.FAIL, true),
                new DecodedColumn("ratio", schema.field("ratio"), Content.FLOATING, false, NulMode.FAIL, false),
                new DecodedColumn("part", schema.field("part"), Content.NUMBER, false, NulMode.FAIL, true));
        Struct wanted = new Struct(schema).put("code", "a").put("ratio", 0.1).put("part", 7);
        Struct alike = new Struct(schema).put("code", "a").put("ratio", 0.2).put("part", 7);
        DecodedSide side = new DecodedSide(new Rows(schema, List.of(wanted, alike)), key, key);

        Map<RowKey, String> marks = side.marks(List.of(new RowKey(List.of("a", "0.1", "7"))));

        assertThat(marks).containsOnlyKeys(new RowKey(List.of("a", "0.1", "7")));
        assertThat(sought)
                .containsExactly(new SoughtRows(List.of("code", "part"), List.of(List.of("a", new BigDecimal(7)))));
    }

    @Test
    void allRowsAreReadWhereNoColumnServesToFindThemOrMostAreWanted() throws SQLException {
        texts(false, "a").marks(List.of(new RowKey(List.of("a"))));
        List<RowKey> many = new ArrayList<>();
        for (int i = 0; i <= 1_000; i++) {
            many.add(new RowKey(List.of(String.valueOf(i))));
        }
        numbered(numbered(10, "ten")).marks(many);

        assertThat(sought).containsExactly(SoughtRows.ALL, SoughtRows.ALL);
    }

    @Test
    void textsAreComparedAsTheSinkWritesThem() {
        Struct row = numbered(1, "a\0b");

        assertThat(note(NulMode.STRIP).text(row)).isEqualTo("ab");
        assertThat(note(NulMode.REPLACE).text(row)).isEqualTo("a\uFFFDb");
        assertThat(note(NulMode.FAIL).text(row)).isEqualTo("a\0b");
    }

    private static DecodedColumn note(NulMode nulMode) {
        return new DecodedColumn("note", NUMBERED.field("note"), Content.TEXT, false, nulMode, false);
    }

    private static final List<Object> NULL_ROW = Arrays.asList((Object) null);

    private DecodedSide numbered(Struct... rows) {
        DecodedColumn id = new DecodedColumn("id", NUMBERED.field("id"), Content.NUMBER, false, NulMode.FAIL, true);
        DecodedColumn note = new DecodedColumn("note", NUMBERED.field("note"), Content.TEXT, false, NulMode.FAIL, true);
        return new DecodedSide(new Rows(NUMBERED, List.of(rows)), List.of(id, note), List.of(id));
    }

    private static Struct numbered(Integer id, String note) {
        return new Struct(NUMBERED)
                .put("id", id == null ? null : Long.valueOf(id))
                .put("note", note);
    }

    private DecodedSide texts(boolean isSought, String... notes) {
        DecodedColumn note =
                new DecodedColumn("note", NUMBERED.field("note"), Content.TEXT, false, NulMode.FAIL, isSought);
        List<Struct> rows = Arrays.stream(notes).map(text -> numbered(1, text)).toList();
        return new DecodedSide(new Rows(NUMBERED, rows), List.of(note), List.of(note));
    }

    /** Hands on all rows, and notes what it was asked for. */
    private final class Rows implements DecodedRows {
        private final Schema schema;
        private final List<Struct> rows;

        private Rows(Schema schema, List<Struct> rows) {
            this.schema = schema;
            this.rows = rows;
        }

        @Override
        public Schema schema() {
            return schema;
        }

        @Override
        public void read(SoughtRows asked, Consumer<Struct> handler) {
            sought.add(asked);
            rows.forEach(handler);
        }

        @Override
        public void close() {}
    }
}
