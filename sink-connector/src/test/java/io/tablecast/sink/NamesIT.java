// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.record.EnvelopeWriter;
import io.tablecast.contract.record.PostgresSourceBlock;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.RowField;
import io.tablecast.contract.record.SchemaNames;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Index;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import io.tablecast.testing.Database;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What destination tables and their parts are called. */
class NamesIT {

    // 40 letters of two bytes each.
    private static final String LONG = "größe".repeat(4) + "ä".repeat(20);

    private final TopicLog log = new TopicLog("erp.Shop.Orders", 0);
    private Destination destination;
    private Database database;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
        database = destination.database();
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @Test
    void rowsOfMixedCaseAreWrittenInSmallLetters() {
        FlatRows rows = orders();
        rows.send(1L, "a", 1);
        rows.send(2L, "b", 2);
        rows.send(3L, "c", 3);
        rows.send(1L, "x", 1);
        rows.delete(2L);
        applyAll("identifier.case", "lower");
        Schema wider = SchemaBuilder.struct()
                .field("OrderId", Schema.INT64_SCHEMA)
                .field("Code", Schema.OPTIONAL_STRING_SCHEMA)
                .field("SeenAt", Schema.OPTIONAL_STRING_SCHEMA)
                .build();
        new FlatRows(log, wider).send(4L, "d", "now");
        applyAll("identifier.case", "lower");

        assertThat(database.rows("SELECT orderid, code, amount, seenat FROM shop.orders ORDER BY orderid"))
                .containsExactly(
                        Arrays.asList("1", "x", "1", null),
                        Arrays.asList("3", "c", "3", null),
                        Arrays.asList("4", "d", null, "now"));
    }

    @Test
    void deletedRowsOfMixedCaseAreKeptWithTheirHistory() {
        String[] settings = {
            "identifier.case",
            "lower",
            "delete.mode",
            "soft",
            "soft.delete.history",
            "true",
            "soft.delete.column",
            "GoneAt"
        };
        FlatRows rows = orders();
        rows.send(1L, "a", 1);
        rows.delete(1L);
        applyAll(settings);

        assertThat(database.column("SELECT code FROM shop.orders WHERE \"GoneAt\" IS NOT NULL"))
                .containsExactly("a");
        assertThat(database.column("SELECT orderid FROM shop.orders_deleted")).containsExactly("1");
    }

    @Test
    void namesThatTheConfigurationSpellsOutStayAsTheyAre() {
        orders().send(1L, "a", 1);

        applyAll(
                "identifier.case",
                "upper",
                "schema.mapping",
                "Shop:Store",
                "table.name.format",
                "${schema}.t_${table}");

        assertThat(database.rows("SELECT \"ORDERID\", \"CODE\" FROM \"Store\".\"t_ORDERS\""))
                .containsExactly(List.of("1", "a"));
    }

    @Test
    void tablesThatDifferInCaseAloneAreNotWrittenToOne() {
        TopicLog small = new TopicLog("erp.shop.orders", 0);
        Orders other = new Orders(small, "orders");
        other.insert(1, "a", 1);
        Orders same = new Orders(small, "Orders");
        same.insert(2, "b", 2);

        try (DrivenTask task = destination.task("identifier.case", "lower")) {
            task.open(small);
            assertThatThrownBy(() -> task.turnUntil("one of them is refused", () -> false))
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("The tables erp/shop.orders and erp/shop.Orders would both be written to shop.orders."
                            + " Set identifier.case=keep, or map one of them to another table by table.mapping. If one"
                            + " of them is gone for good: UPDATE \"tablecast\".\"table_state\" SET source_table = NULL"
                            + " WHERE table_schema = 'shop' AND table_name = 'orders'");
        }
        assertThat(database.value("SELECT to_regclass('shop.orders')"))
                .as("neither is written")
                .isNull();
    }

    @Test
    void tablesThatDifferInCaseAloneAreNotWrittenToOneByTwoTasks() {
        TopicLog small = new TopicLog("erp.shop.orders", 0);
        TopicLog large = new TopicLog("erp.shop.Orders", 0);
        Schema flat = SchemaBuilder.struct()
                .field("id", Schema.INT64_SCHEMA)
                .field("code", Schema.OPTIONAL_STRING_SCHEMA)
                .build();
        new FlatRows(small, flat).send(1L, "a");
        new FlatRows(large, flat).send(1L, "b");

        try (DrivenTask task = destination.task("identifier.case", "lower")) {
            task.open(small);
            task.drain();
        }
        try (DrivenTask task = destination.task("identifier.case", "lower")) {
            task.open(large);
            assertThatThrownBy(task::drain)
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("The tables erp/shop.orders and erp/shop.Orders would both be written to shop.orders."
                            + " Set identifier.case=keep, or map one of them to another table by table.mapping. If one"
                            + " of them is gone for good: UPDATE \"tablecast\".\"table_state\" SET source_table = NULL"
                            + " WHERE table_schema = 'shop' AND table_name = 'orders'");
        }
        assertThat(database.column("SELECT code FROM shop.orders")).containsExactly("a");
    }

    @Test
    void formatAndMappingsNameTheTable() {
        TopicLog other = new TopicLog("erp.shop.items", 0);
        FlatRows rows = orders();
        rows.send(1L, "a", 1);
        new FlatRows(
                        other,
                        SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA).build())
                .send(7L);

        try (DrivenTask task = destination.task(
                "table.name.format", "stage.${schema}__${table}",
                "schema.mapping", "shop:s",
                "table.mapping", "Shop.Orders:live.o")) {
            task.open(log, other);
            task.drain();
        }

        assertThat(database.column("SELECT id FROM stage.s__items")).containsExactly("7");
        assertThat(database.column("SELECT \"OrderId\" FROM live.o")).containsExactly("1");
    }

    @Test
    void namesThatAreTooLongStayDifferentAndAreFoundAgain() {
        TopicLog one = new TopicLog("erp.shop." + LONG + "1", 0);
        TopicLog two = new TopicLog("erp.shop." + LONG + "2", 0);
        for (TopicLog topic : List.of(one, two)) {
            FlatRows rows = new FlatRows(
                    topic,
                    SchemaBuilder.struct()
                            .field(LONG + "k", Schema.INT64_SCHEMA)
                            .field(LONG + "v", Schema.OPTIONAL_STRING_SCHEMA)
                            .build());
            rows.send(1L, topic.partition().topic().substring(9 + LONG.length()));
            rows.send(1L, "second");
        }
        for (int run = 0; run < 2; run++) {
            try (DrivenTask task = destination.task()) {
                task.open(one, two);
                task.drain();
            }
        }

        List<String> tables =
                database.column("SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace"
                        + " WHERE nspname = 'shop' AND relkind = 'r' ORDER BY relname");
        assertThat(tables).hasSize(2).allMatch(name -> name.startsWith("größe"));
        for (String table : tables) {
            assertThat(database.column("SELECT row_to_json(t) FROM shop.\"" + table + "\" t"))
                    .singleElement()
                    .asString()
                    .contains("second");
        }
        assertThat(database.number("SELECT max(octet_length(relname)) FROM pg_class"))
                .isLessThanOrEqualTo(63);
    }

    @Test
    void snapshotOfATableOfMixedCaseAndLongNamesIsSwappedInAgainAndAgain() {
        snapshot("s1", 3);
        snapshot("s2", 5);
        snapshot("s3", 4);
        try (DrivenTask task = destination.task("identifier.case", "lower", "swap.mode", "rename")) {
            task.open(log);
            task.drain();
        }

        String table = "shop." + database.value("SELECT quote_ident(table_name) FROM tablecast.table_state");
        assertThat(database.column("SELECT orderid FROM " + table + " ORDER BY 1"))
                .containsExactly("1", "2", "3", "4");
        assertThat(database.column("SELECT substr(indexdef, position('USING' IN indexdef)) FROM pg_indexes"
                        + " WHERE 'shop.' || quote_ident(tablename) = '" + table + "' ORDER BY 1 DESC"))
                .containsExactly("USING btree (orderid)", "USING btree (lower(code))");
        assertThat(table).hasSizeLessThan(63).startsWith("shop.\"größe");
    }

    @Test
    void onlyTheKeyIsIndexedWhereThatIsConfigured() {
        snapshot("s1", 2);

        applyAll("indexes", "key", "table.name.format", "${schema}.t");

        assertThat(database.column("SELECT indexdef FROM pg_indexes WHERE schemaname = 'Shop'"))
                .singleElement()
                .asString()
                .contains("UNIQUE")
                .endsWith("(\"OrderId\")");
    }

    private void snapshot(String id, int rows) {
        Schema code = SchemaBuilder.string()
                .optional()
                .parameter("tablecast.column.type", "text")
                .build();
        Schema number = SchemaBuilder.int64()
                .parameter("tablecast.column.type", "bigint")
                .build();
        EnvelopeWriter writer = new EnvelopeWriter(
                log.partition().topic(),
                List.of(new RowField("OrderId", number), new RowField("Code", code)),
                List.of("OrderId"),
                PostgresSourceBlock.SCHEMA,
                SchemaNames.NONE,
                Clock.systemUTC());
        TableStructure structure = new TableStructure(
                new TableId("Shop", LONG),
                TableStructure.DatabaseKind.POSTGRESQL,
                List.of(
                        Column.of("OrderId", "bigint", Column.Nullability.NOT_NULL),
                        Column.of("Code", "text", Column.Nullability.NULLABLE)),
                List.of("OrderId"),
                List.of(
                        new Index(
                                LONG + "_pkey",
                                Index.Kind.PRIMARY,
                                false,
                                false,
                                List.of("OrderId"),
                                List.of("OrderId"),
                                ""),
                        new Index(
                                LONG + "_code",
                                Index.Kind.PLAIN,
                                false,
                                true,
                                List.of(),
                                List.of("Code"),
                                "USING btree (lower(\"Code\"))")),
                List.of(),
                List.of(),
                "");
        Struct source = new Orders(log, LONG).source().put("schema", "Shop");
        log.send(
                null,
                null,
                writer.emptied(source).schema(),
                writer.emptied(source),
                new RecordHeaders()
                        .begin(new SnapshotBegin(id, "snapshot", false, structure, List.of()))
                        .headers());
        for (long n = 1; n <= rows; n++) {
            Struct row = new Struct(writer.rowSchema()).put("OrderId", n).put("Code", "c" + n);
            Struct ofRow = new Orders(log, LONG)
                    .source()
                    .put("schema", "Shop")
                    .put("sequence", new SnapshotOrdinal(id, n).sequence());
            Struct value = writer.read(row, ofRow);
            Struct key = writer.key(row);
            log.send(
                    key.schema(),
                    key,
                    value.schema(),
                    value,
                    n == rows
                            ? new RecordHeaders().end(new SnapshotEnd(id, rows)).headers()
                            : new ConnectHeaders());
        }
    }

    private FlatRows orders() {
        return new FlatRows(
                log,
                SchemaBuilder.struct()
                        .field("OrderId", Schema.INT64_SCHEMA)
                        .field("Code", Schema.OPTIONAL_STRING_SCHEMA)
                        .field("Amount", Schema.OPTIONAL_INT32_SCHEMA)
                        .build());
    }

    private void applyAll(String... settings) {
        try (DrivenTask task = destination.task(settings)) {
            task.open(log);
            task.drain();
        }
    }
}
