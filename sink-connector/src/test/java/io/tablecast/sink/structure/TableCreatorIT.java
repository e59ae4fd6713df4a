// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static org.apache.kafka.connect.data.Schema.Type.INT32;
import static org.apache.kafka.connect.data.Schema.Type.INT64;
import static org.apache.kafka.connect.data.Schema.Type.STRING;
import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Identity;
import io.tablecast.contract.table.Index;
import io.tablecast.contract.table.Sequence;
import io.tablecast.contract.table.TableId;
import io.tablecast.contract.table.TableStructure;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.data.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TableCreatorIT {

    private static final TableId ORDERS = NewTables.ORDERS;

    private final Database database = PostgresServer.shared().createDatabase();
    private final NewTables tables = new NewTables(database);

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void structureBecomesTheSameTable() throws SQLException {
        TableStructure structure = new TableStructure(
                ORDERS,
                TableStructure.DatabaseKind.POSTGRESQL,
                List.of(
                        new Column("id", "bigint", false, "", Identity.ALWAYS, "", "", "the order's number"),
                        new Column(
                                "status",
                                "character varying(20)",
                                false,
                                "'new'::character varying",
                                Identity.NONE,
                                "",
                                "pg_catalog.\"C\"",
                                ""),
                        new Column("amount", "numeric(12,2)", true, "0", Identity.NONE, "", "", ""),
                        new Column("made", "integer", true, "", Identity.NONE, "(id * 2)", "", "")),
                List.of("id"),
                List.of(
                        NewTables.index("orders_pkey", Index.Kind.PRIMARY, List.of("id"), "USING btree (id)"),
                        NewTables.index("orders_status", Index.Kind.UNIQUE, List.of("status"), "USING btree (status)"),
                        new Index(
                                "orders_lower",
                                Index.Kind.PLAIN,
                                true,
                                true,
                                List.of(),
                                List.of("status", "amount"),
                                "USING btree (lower((status)::text)) WHERE (amount > (0)::numeric)"),
                        NewTables.index("orders_note", Index.Kind.PLAIN, List.of("note"), "USING btree (note)"),
                        NewTables.index(
                                "orders_geo", Index.Kind.PLAIN, List.of("amount"), "USING gist (amount gist_geo_ops)")),
                List.of(),
                List.of(new Sequence("id", "shop.orders_id_seq", 41)),
                "what customers 'ordered'");
        Schema row = Rows.row()
                .required("id", INT64, "bigint")
                .required("status", STRING, "character varying(20)")
                .field("amount", Rows.decimal("numeric(12,2)"))
                .optional("made", INT32, "integer")
                .schema();

        DestinationTable table = tables.create(structure, row);

        assertThat(table.columns())
                .extracting(
                        column -> column.name() + " " + column.typed().type().name() + " "
                                + column.typed().nullable() + " " + column.identity() + " " + column.isGenerated())
                .containsExactly(
                        "id bigint false BY_DEFAULT false",
                        "status character varying(20) false NONE false",
                        "amount numeric(12,2) true NONE false",
                        "made integer true NONE false");
        assertThat(table.uniqueIndexes())
                .containsExactly(new UniqueIndex("orders_pkey", List.of("id"), true, true, true));
        assertThat(database.column(
                        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'shop' ORDER BY indexname COLLATE \"C\""))
                .containsExactly(
                        "CREATE INDEX orders_lower ON shop.orders USING btree (lower((status)::text))"
                                + " WHERE (amount > (0)::numeric)",
                        "CREATE UNIQUE INDEX orders_pkey ON shop.orders USING btree (id)",
                        "CREATE INDEX orders_status ON shop.orders USING btree (status)");
        assertThat(database.value("SELECT obj_description('shop.orders'::regclass)"))
                .isEqualTo("what customers 'ordered'");
        assertThat(database.value("SELECT col_description('shop.orders'::regclass, 1)"))
                .isEqualTo("the order's number");
        database.execute("INSERT INTO shop.orders (id) VALUES (DEFAULT)");
        assertThat(database.rows("SELECT id, status, amount FROM shop.orders"))
                .containsExactly(List.of("1", "new", "0.00"));
    }

    @Test
    void uniqueIndexesStaySoWhereTheyAreAskedFor() throws SQLException {
        TableStructure structure = new TableStructure(
                ORDERS,
                TableStructure.DatabaseKind.POSTGRESQL,
                List.of(
                        Column.of("id", "bigint", Column.Nullability.NOT_NULL),
                        Column.of("code", "text", Column.Nullability.NULLABLE)),
                List.of("id"),
                List.of(
                        NewTables.index("orders_pkey", Index.Kind.PRIMARY, List.of("id"), "USING btree (id)"),
                        NewTables.index("orders_code", Index.Kind.UNIQUE, List.of("code"), "USING btree (code)"),
                        NewTables.index(
                                "orders_both", Index.Kind.PLAIN, List.of("id", "code"), "USING btree (id, code)"),
                        new Index(
                                "orders_some",
                                Index.Kind.UNIQUE,
                                true,
                                true,
                                List.of(),
                                List.of("code"),
                                "USING btree (lower(code)) WHERE (code IS NOT NULL)")),
                List.of(),
                List.of(),
                "");
        Schema row = Rows.row()
                .required("id", INT64, "bigint")
                .optional("code", STRING, "text")
                .schema();

        tables.create(structure, row, NewTables.withIndexes(IndexCopy.UNIQUE));

        assertThat(database.column(
                        "SELECT indexdef FROM pg_indexes WHERE schemaname = 'shop' ORDER BY indexname COLLATE \"C\""))
                .containsExactly(
                        "CREATE INDEX orders_both ON shop.orders USING btree (id, code)",
                        "CREATE UNIQUE INDEX orders_code ON shop.orders USING btree (code)",
                        "CREATE UNIQUE INDEX orders_pkey ON shop.orders USING btree (id)",
                        "CREATE UNIQUE INDEX orders_some ON shop.orders USING btree (lower(code)) WHERE (code IS NOT"
                                + " NULL)");
    }

    @Test
    void typesThatAreMissingHereBecomeText() throws SQLException {
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TYPE shop.mood AS ENUM ('sad', 'glad')",
                "CREATE TYPE shop.size AS ENUM ('s', 'm', 'l')");
        Schema row = Rows.row()
                .required("id", INT32, "integer")
                .field("mood", Rows.enumeration("shop.mood", "glad,sad"))
                .field("size", Rows.enumeration("shop.size", "s,m,l,xl"))
                .field("color", Rows.enumeration("shop.color", "red,green"))
                .optional("place", STRING, "extensions.geometry(Point,4326)")
                .schema();

        DestinationTable table = tables.create(List.of("id"), row, TableShape.DEFAULT);

        assertThat(table.columns())
                .extracting(column -> column.typed().type().name())
                .containsExactly("integer", "shop.mood", "text", "text", "text");
    }

    @Test
    void designSaysWhichTypesItReplaced() throws SQLException {
        Schema row = Rows.row()
                .field("color", Rows.enumeration("shop.color", "red,green"))
                .schema();

        try (Connection connection = database.connection()) {
            TableDesign design = TableDesigner.ofRecords(connection, ORDERS, List.of("id"), row, TableShape.DEFAULT);

            assertThat(design.remarks())
                    .containsExactly(
                            "column \"color\" is of type text, because this database has no type shop.color with all"
                                    + " its labels",
                            "it has no key, because the rows lack its columns [id]");
        }
    }

    @Test
    void recordsWithoutStructureGiveColumnsAndKey() throws SQLException {
        Schema row = Rows.row()
                .field("Tenant", Schema.STRING_SCHEMA)
                .field("select", Schema.INT64_SCHEMA)
                .field("note", Schema.OPTIONAL_STRING_SCHEMA)
                .schema();

        DestinationTable table = tables.create(
                List.of("select", "Tenant"),
                row,
                new TableShape(
                        IndexCopy.KEY,
                        70,
                        TableShape.Repetition.REFUSED,
                        Optional.empty(),
                        TypeRules.DEFAULT,
                        IdentifierCase.KEEP));

        assertThat(table.conflictIndex(List.of("Tenant", "select")))
                .contains(new UniqueIndex("orders_pkey", List.of("select", "Tenant"), true, true, true));
        assertThat(table.hasUniqueIndexBeside(List.of("Tenant", "select"))).isFalse();
        assertThat(database.value("SELECT reloptions FROM pg_class WHERE oid = 'shop.orders'::regclass"))
                .isEqualTo("{fillfactor=70}");
    }

    @Test
    void keyWithoutPrimaryKeyAtTheSourceIsAUniqueIndex() throws SQLException {
        TableStructure structure = new TableStructure(
                ORDERS,
                TableStructure.DatabaseKind.POSTGRESQL,
                List.of(
                        Column.of("a", "integer", Column.Nullability.NOT_NULL),
                        Column.of("b", "integer", Column.Nullability.NOT_NULL)),
                List.of("b", "a"),
                List.of(NewTables.index("both", Index.Kind.UNIQUE, List.of("b", "a"), "USING btree (b, a)")),
                List.of(),
                List.of(),
                "");
        Schema row = Rows.row()
                .required("a", INT32, "integer")
                .required("b", INT32, "integer")
                .schema();

        DestinationTable table = tables.create(structure, row);

        assertThat(table.uniqueIndexes())
                .containsExactly(new UniqueIndex("both", List.of("b", "a"), false, true, true));
    }

    @Test
    void namesThatAreLongReservedOrDottedWork() throws SQLException {
        String longColumn = "Spalte mit ü ".repeat(8);
        TableId strange = Names.fit(new TableId("my.\"shop\"", "größte Tabelle ".repeat(6) + "1"));
        Schema row = Rows.row()
                .field("user", Schema.INT32_SCHEMA)
                .field(longColumn + "1", Schema.OPTIONAL_STRING_SCHEMA)
                .field(longColumn + "2", Schema.OPTIONAL_STRING_SCHEMA)
                .field("a?b{c}", Schema.OPTIONAL_STRING_SCHEMA)
                .schema();

        try (Connection connection = tables.transaction()) {
            DestinationTable table = TableCreator.create(
                    connection, TableDesigner.ofRecords(connection, strange, List.of("user"), row, TableShape.DEFAULT));
            connection.commit();

            assertThat(table.id()).isEqualTo(strange);
            assertThat(table.id().name().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(63);
            assertThat(table.column(longColumn + "1")).isPresent().isNotEqualTo(table.column(longColumn + "2"));
            assertThat(table.column("a?b{c}")).isPresent();
            assertThat(table.conflictIndex(List.of("user"))).isPresent();
        }
    }

    @Test
    void secondOfTwoTasksTakesTheTableOfTheFirst() throws Exception {
        Schema row = Rows.row().required("id", INT64, "bigint").schema();
        Schema later = Rows.row()
                .required("id", INT64, "bigint")
                .optional("x", INT64, "bigint")
                .schema();

        try (Connection first = tables.transaction();
                Connection second = tables.transaction()) {
            TableCreator.create(first, TableDesigner.ofRecords(first, ORDERS, List.of("id"), row, TableShape.DEFAULT));
            TableDesign design = TableDesigner.ofRecords(second, ORDERS, List.of("id"), later, TableShape.DEFAULT);
            CompletableFuture<DestinationTable> waiting = CompletableFuture.supplyAsync(() -> {
                try {
                    return TableCreator.create(second, design);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            Waiting.forLock(database);
            first.commit();

            assertThat(waiting.get().columns()).hasSize(1);
        }
    }

    @Test
    void sequencesGoOnBehindTheSourceAndTheRows() throws SQLException {
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id bigint GENERATED BY DEFAULT AS IDENTITY, n serial, plain int)",
                "INSERT INTO shop.orders VALUES (7, 100, 3)");

        try (Connection connection = database.connection()) {
            Sequences.advance(connection, ORDERS, List.of(new Sequence("id", "", 41), new Sequence("n", "", 41)));
            Sequences.advance(connection, ORDERS, List.of(new Sequence("id", "", 12)));
        }

        database.execute("INSERT INTO shop.orders (plain) VALUES (4)");
        assertThat(database.rows("SELECT id, n FROM shop.orders WHERE plain = 4"))
                .containsExactly(List.of("42", "101"));
    }
}
