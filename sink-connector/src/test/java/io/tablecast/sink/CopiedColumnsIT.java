// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.contract.table.Column;
import java.util.List;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Columns that change at the source while a copy with changes among its rows is under way. */
class CopiedColumnsIT {

    private static final SchemaChange RENAMED = new SchemaChange.Rename("amount", "total");

    private final TopicLog log = new TopicLog("erp.shop.orders", 0);
    private final Orders orders = new Orders(log, "orders");
    private final Snapshots snapshots = new Snapshots(orders);
    private Destination destination;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"swap", "truncate", "merge"})
    void aColumnThatIsAddedAmongTheRowsIsInTheNewTable(String apply) {
        snapshots.whole("s1", "queue", 20);
        applyAll("snapshot.apply", apply);
        snapshots.beginInterleaved("i1");
        snapshots.rows("i1", 1, 10);
        Orders altered = orders.adding("country");
        SchemaChange added = new SchemaChange.Add(Column.of("country", "text", Column.Nullability.NULLABLE));
        update(altered, new RecordHeaders().schemaChange(List.of(added)).headers(), 7L, "newer", -7, "fr");
        copied(altered, "i1", 11, new ConnectHeaders(), 11L, "row 11", 11, "de");
        copied(altered, "i1", 12, Snapshots.end("i1", 12), 12L, "row 12", 12, "es");
        update(altered, new ConnectHeaders(), 1L, "after", 1, "pt");

        applyAll("snapshot.apply", apply);

        assertThat(destination
                        .database()
                        .column("SELECT concat_ws(':', id, code, amount, country) FROM shop.orders ORDER BY id"))
                .hasSize(12)
                .contains("1:after:1:pt", "2:row 2:2", "7:newer:-7:fr", "11:row 11:11:de", "12:row 12:12:es");
        assertThat(destination.database().value("SELECT known_columns FROM tablecast.table_state"))
                .contains("country");
    }

    @ParameterizedTest
    @ValueSource(strings = {"swap", "truncate", "merge"})
    void aColumnThatIsRenamedAmongTheRowsIsSoInTheNewTable(String apply) {
        String[] settings = {"snapshot.apply", apply, "schema.evolution", "full"};
        snapshots.whole("s1", "queue", 20);
        applyAll(settings);
        snapshots.beginInterleaved("i1");
        snapshots.rows("i1", 1, 10);
        Orders altered = orders.renaming("amount", "total");
        update(altered, new RecordHeaders().schemaChange(List.of(RENAMED)).headers(), 7L, "newer", -7);
        copied(altered, "i1", 11, new ConnectHeaders(), 11L, "row 11", 111);
        copied(altered, "i1", 12, Snapshots.end("i1", 12), 12L, "row 12", 12);
        update(altered, new ConnectHeaders(), 1L, "after", 1);

        applyAll(settings);

        assertThat(destination.database().column("SELECT concat_ws(':', id, code, total) FROM shop.orders ORDER BY id"))
                .hasSize(12)
                .contains("1:after:1", "2:row 2:2", "7:newer:-7", "11:row 11:111", "12:row 12:12");
        assertThat(destination
                        .database()
                        .column("SELECT attname FROM pg_attribute WHERE attrelid = 'shop.orders'::regclass"
                                + " AND attnum > 0 AND NOT attisdropped ORDER BY attname"))
                .containsExactly("code", "id", "total");
    }

    private static void update(Orders altered, Headers headers, Object... values) {
        Struct row = row(altered, values);
        altered.send(
                altered.writer().key(row),
                altered.writer().updated(row, altered.source(), Orders.transaction()),
                headers);
    }

    private static void copied(Orders altered, String id, long ordinal, Headers headers, Object... values) {
        Struct row = row(altered, values);
        Struct source = altered.source().put("sequence", new SnapshotOrdinal(id, ordinal).sequence());
        altered.send(altered.writer().key(row), altered.writer().read(row, source), headers);
    }

    private static Struct row(Orders altered, Object... values) {
        Struct row = new Struct(altered.writer().rowSchema());
        row.schema().fields().forEach(field -> row.put(field, values[field.index()]));
        return row;
    }

    /** Which record of a copy tells of a change of columns. */
    enum Teller {
        BEGIN,
        ROW,
        END
    }

    @ParameterizedTest
    @CsvSource({"swap, BEGIN", "truncate, BEGIN", "merge, BEGIN", "swap, ROW", "merge, ROW", "truncate, END"})
    void aRenameThatACopyTellsOfIsFollowedByTheOldTableAtOnce(String apply, Teller teller) {
        String[] settings = {"snapshot.apply", apply, "schema.evolution", "full"};
        snapshots.whole("s1", "queue", 20);
        applyAll(settings);
        Orders altered = orders.renaming("amount", "total");
        RecordHeaders renamed = new RecordHeaders().schemaChange(List.of(RENAMED));
        if (teller == Teller.BEGIN) {
            new Snapshots(altered).beginInterleaved("i1", renamed);
        } else {
            snapshots.beginInterleaved("i1");
        }
        if (teller == Teller.ROW) {
            copied(altered, "i1", 1, renamed.headers(), 1L, "row 1", 1);
        }
        try (DrivenTask task = destination.task(settings)) {
            task.open(log);
            if (teller == Teller.END) {
                task.drain();
                new Snapshots(altered).endOfEmpty("i1", renamed);
            } else {
                update(altered, new ConnectHeaders(), 7L, "newer", -7);
                task.drain();
                assertThat(columns()).as("before the end").containsExactly("code", "id", "total");
                assertThat(rows("total")).hasSize(20).contains("1:row 1:1", "7:newer:-7", "20:row 20:20");
                copied(altered, "i1", 2, Snapshots.end("i1", 2), 2L, "row 2", 2);
            }
            update(altered, new ConnectHeaders(), 9L, "after", 9);
            task.drain();
        }

        assertThat(columns()).containsExactly("code", "id", "total");
        assertThat(rows("total"))
                .containsExactlyElementsOf(
                        switch (teller) {
                            case BEGIN -> List.of("2:row 2:2", "7:newer:-7", "9:after:9");
                            case ROW -> List.of("1:row 1:1", "2:row 2:2", "7:newer:-7", "9:after:9");
                            case END -> List.of("9:after:9");
                        });
    }

    @Test
    void aTypeThatIsToldAgainAfterAWiderOneChangesNothing() {
        String[] settings = {"schema.evolution", "full", "batch.max.rows", "1"};
        orders.insert(1, "a", 1);
        Orders numbers = orders.dropping("amount").addingNumber("amount");
        SchemaChange number = new SchemaChange.Type(Column.of("amount", "bigint", Column.Nullability.NULLABLE));
        update(numbers, new RecordHeaders().schemaChange(List.of(number)).headers(), 1L, "a", 2L);
        Orders texts = orders.dropping("amount").adding("amount");
        SchemaChange text = new SchemaChange.Type(Column.of("amount", "text", Column.Nullability.NULLABLE));
        update(texts, new RecordHeaders().schemaChange(List.of(text)).headers(), 1L, "a", "three");
        update(texts, new ConnectHeaders(), 2L, "b", "four");
        applyAll(settings);

        log.from(0, Integer.MAX_VALUE).forEach(log::sendAgain);
        applyAll(settings);

        assertThat(rows("amount")).containsExactly("1:a:three", "2:b:four");
    }

    @Test
    void aCopyGoesOnWhereRowsOfBeforeCannotGetANewType() {
        snapshots.beginInterleaved("i1");
        snapshots.rows("i1", 1, 3);
        Orders altered = orders.dropping("code").addingNumber("code");
        SchemaChange retyped = new SchemaChange.Type(Column.of("code", "bigint", Column.Nullability.NULLABLE));
        update(altered, new RecordHeaders().schemaChange(List.of(retyped)).headers(), 2L, 22, 5L);
        copied(altered, "i1", 4, Snapshots.end("i1", 4), 4L, 4, 44L);

        applyAll();

        assertThat(rows("amount")).containsExactly("1:row 1:1", "2:5:22", "3:row 3:3", "4:44:4");
    }

    @Test
    void aCopyBringsNewColumnsToATableThatIsNotToFollowItsSource() {
        String[] settings = {"schema.evolution", "none"};
        snapshots.whole("s1", "queue", 3);
        applyAll(settings);
        SchemaChange added = new SchemaChange.Add(Column.of("note", "text", Column.Nullability.NULLABLE));
        RecordHeaders told = new RecordHeaders().schemaChange(List.of(added));
        Orders altered = orders.adding("note");
        altered.delete(3, told.headers());
        new Snapshots(altered).beginInterleaved("i1", told);
        copied(altered, "i1", 1, told.headers(), 1L, "row 1", 1, "n");
        try (DrivenTask task = destination.task(settings)) {
            task.open(log);
            task.drain();
            assertThat(rows("amount")).as("before the end").containsExactly("1:row 1:1", "2:row 2:2");
            assertThat(columns()).containsExactly("amount", "code", "id");
            copied(altered, "i1", 2, Snapshots.end("i1", 2), 2L, "row 2", 2, "o");
            task.drain();
        }

        assertThat(rows("note")).containsExactly("1:row 1:n", "2:row 2:o");
    }

    @Test
    void aColumnThatNoRowHasFilledIsNotTakenForSomebodyElses() {
        snapshots.whole("s1", "queue", 3);
        applyAll();
        SchemaChange added = new SchemaChange.Add(Column.of("note", "text", Column.Nullability.NULLABLE));
        orders.adding("note")
                .delete(2, new RecordHeaders().schemaChange(List.of(added)).headers());
        applyAll();
        assertThat(columns()).containsExactly("amount", "code", "id", "note");

        snapshots.whole("s2", "queue", 2);
        applyAll();

        assertThat(rows("amount, note")).containsExactly("1:row 1:1", "2:row 2:2");
        assertThat(columns()).containsExactly("amount", "code", "id", "note");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aColumnThatBecomesWiderAmongTheRowsIsSoInTheNewTable(boolean isFirst) {
        if (!isFirst) {
            snapshots.whole("s1", "queue", 20);
            applyAll();
        }
        snapshots.beginInterleaved("i1");
        snapshots.rows("i1", 1, 10);
        Orders wider = orders.dropping("amount").addingNumber("amount");
        SchemaChange widened = new SchemaChange.Type(Column.of("amount", "bigint", Column.Nullability.NULLABLE));
        update(wider, new RecordHeaders().schemaChange(List.of(widened)).headers(), 7L, "newer", -7L);
        long large = isFirst ? 3_000_000_000L : 11;
        copied(wider, "i1", 11, new ConnectHeaders(), 11L, "row 11", large);
        copied(wider, "i1", 12, Snapshots.end("i1", 12), 12L, "row 12", 12L);
        update(wider, new ConnectHeaders(), 9L, "after", 9_000_000_000L);

        applyAll();

        assertThat(rows("amount"))
                .hasSize(12)
                .contains("7:newer:-7", "9:after:9000000000", "11:row 11:" + large, "12:row 12:12");
    }

    /** How a column of a view changes. */
    enum Altered {
        ADDED,
        RENAMED,
        DROPPED,
        RETYPED;

        SchemaChange change() {
            return switch (this) {
                case ADDED -> new SchemaChange.Add(Column.of("note", "text", Column.Nullability.NULLABLE));
                case RENAMED -> CopiedColumnsIT.RENAMED;
                case DROPPED -> new SchemaChange.Drop("amount");
                case RETYPED -> new SchemaChange.Type(Column.of("amount", "text", Column.Nullability.NULLABLE));
            };
        }

        Orders after(Orders orders) {
            return switch (this) {
                case ADDED -> orders.adding("note");
                case RENAMED -> orders.renaming("amount", "total");
                case DROPPED -> orders.dropping("amount");
                case RETYPED -> orders.dropping("amount").adding("amount");
            };
        }

        Object[] row(long id, String code, int number) {
            return switch (this) {
                case ADDED -> new Object[] {id, code, number, "n"};
                case RENAMED -> new Object[] {id, code, number};
                case DROPPED -> new Object[] {id, code};
                case RETYPED -> new Object[] {id, code, "#" + number};
            };
        }

        String lastColumn() {
            return switch (this) {
                case ADDED -> "note";
                case RENAMED -> "total";
                case DROPPED -> "NULL";
                case RETYPED -> "amount";
            };
        }

        String text(long id, String code, int number) {
            return switch (this) {
                case ADDED -> id + ":" + code + ":n";
                case RENAMED -> id + ":" + code + ":" + number;
                case DROPPED -> id + ":" + code;
                case RETYPED -> id + ":" + code + ":#" + number;
            };
        }
    }

    @ParameterizedTest
    @EnumSource(Altered.class)
    void aViewFollowsWithTheTableBehindItAndKeepsWhatReadsIt(Altered altered) {
        String[] settings = {"swap.mode", "view", "schema.evolution", "full", "column.drop", "drop"};
        snapshots.whole("s1", "queue", 20);
        applyAll(settings);
        destination
                .database()
                .execute(
                        "CREATE VIEW shop.codes AS SELECT id, code FROM shop.orders",
                        "GRANT SELECT ON shop.orders TO PUBLIC",
                        "COMMENT ON VIEW shop.orders IS 'by hand'");
        snapshots.beginInterleaved("i1");
        snapshots.rows("i1", 1, 10);
        Orders later = altered.after(orders);
        update(
                later,
                new RecordHeaders().schemaChange(List.of(altered.change())).headers(),
                altered.row(7, "newer", -7));
        try (DrivenTask task = destination.task(settings)) {
            task.open(log);
            task.drain();
            assertThat(rows(altered.lastColumn()))
                    .as("before the end")
                    .hasSize(20)
                    .contains(altered.text(7, "newer", -7));
            copied(later, "i1", 11, Snapshots.end("i1", 11), altered.row(11, "row 11", 11));
            update(later, new ConnectHeaders(), altered.row(9, "after", 9));
            task.drain();
        }

        assertThat(rows(altered.lastColumn()))
                .hasSize(11)
                .contains(altered.text(7, "newer", -7), altered.text(9, "after", 9), altered.text(11, "row 11", 11));
        assertThat(destination.database().column("SELECT code FROM shop.codes WHERE id IN (7, 9) ORDER BY id"))
                .containsExactly("newer", "after");
        assertThat(destination
                        .database()
                        .rows("SELECT relkind, obj_description(oid), relacl::text LIKE '%{=r/%' OR relacl::text LIKE"
                                + " '%,=r/%' FROM pg_class WHERE oid = 'shop.orders'::regclass"))
                .containsExactly(List.of("v", "by hand", "t"));
    }

    @Test
    void aViewThatIsStreamedIntoGetsANewColumnWithoutACopy() {
        String[] settings = {"swap.mode", "view"};
        snapshots.whole("s1", "queue", 3);
        applyAll(settings);
        destination.database().execute("CREATE MATERIALIZED VIEW shop.codes AS SELECT id, code FROM shop.orders");
        Orders later = orders.dropping("amount").adding("note");
        update(later, new ConnectHeaders(), 2L, "newer", "n");
        orders.insert(4, "older", 4);

        applyAll(settings);

        assertThat(rows("amount, note")).containsExactly("1:row 1:1", "2:newer:2:n", "3:row 3:3", "4:older:4");
    }

    private List<String> rows(String lastColumn) {
        return destination
                .database()
                .column("SELECT concat_ws(':', id, code, " + lastColumn + ") FROM shop.orders ORDER BY id");
    }

    private List<String> columns() {
        return destination
                .database()
                .column("SELECT attname FROM pg_attribute WHERE attrelid = 'shop.orders'::regclass"
                        + " AND attnum > 0 AND NOT attisdropped ORDER BY attname");
    }

    private void applyAll(String... keysAndValues) {
        try (DrivenTask task = destination.task(keysAndValues)) {
            task.open(log);
            task.drain();
        }
    }
}
