// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static org.apache.kafka.connect.data.Schema.Type.INT32;
import static org.apache.kafka.connect.data.Schema.Type.INT64;
import static org.apache.kafka.connect.data.Schema.Type.STRING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class TableCreatorIT {

    private static final TableId ORDERS = new TableId("shop", "orders");

    private final Database database = PostgresServer.shared().createDatabase();

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
                        index("orders_pkey", Index.Kind.PRIMARY, List.of("id"), "USING btree (id)"),
                        index("orders_status", Index.Kind.UNIQUE, List.of("status"), "USING btree (status)"),
                        new Index(
                                "orders_lower",
                                Index.Kind.PLAIN,
                                true,
                                true,
                                List.of(),
                                List.of("status", "amount"),
                                "USING btree (lower((status)::text)) WHERE (amount > (0)::numeric)"),
                        index("orders_note", Index.Kind.PLAIN, List.of("note"), "USING btree (note)"),
                        index("orders_geo", Index.Kind.PLAIN, List.of("amount"), "USING gist (amount gist_geo_ops)")),
                List.of(),
                List.of(new Sequence("id", "shop.orders_id_seq", 41)),
                "what customers 'ordered'");
        Schema row = Rows.row()
                .required("id", INT64, "bigint")
                .required("status", STRING, "character varying(20)")
                .field("amount", decimal("numeric(12,2)"))
                .optional("made", INT32, "integer")
                .schema();

        DestinationTable table = create(structure, row);

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
    void typesThatAreMissingHereBecomeText() throws SQLException {
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TYPE shop.mood AS ENUM ('sad', 'glad')",
                "CREATE TYPE shop.size AS ENUM ('s', 'm', 'l')");
        Schema row = Rows.row()
                .required("id", INT32, "integer")
                .field("mood", enumeration("shop.mood", "glad,sad"))
                .field("size", enumeration("shop.size", "s,m,l,xl"))
                .field("color", enumeration("shop.color", "red,green"))
                .optional("place", STRING, "extensions.geometry(Point,4326)")
                .schema();

        DestinationTable table = create(List.of("id"), row, TableShape.DEFAULT);

        assertThat(table.columns())
                .extracting(column -> column.typed().type().name())
                .containsExactly("integer", "shop.mood", "text", "text", "text");
    }

    @Test
    void designSaysWhichTypesItReplaced() throws SQLException {
        Schema row = Rows.row()
                .field("color", enumeration("shop.color", "red,green"))
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

        DestinationTable table = create(
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
                List.of(index("both", Index.Kind.UNIQUE, List.of("b", "a"), "USING btree (b, a)")),
                List.of(),
                List.of(),
                "");
        Schema row = Rows.row()
                .required("a", INT32, "integer")
                .required("b", INT32, "integer")
                .schema();

        DestinationTable table = create(structure, row);

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

        try (Connection connection = transaction()) {
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

        try (Connection first = transaction();
                Connection second = transaction()) {
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

    @Test
    void columnsOfMySqlGetTypesThatHoldTheirValues() throws SQLException {
        Map<String, String> types = new LinkedHashMap<>();
        types.put("tinyint(1)", "smallint");
        types.put("smallint unsigned", "integer");
        types.put("mediumint", "integer");
        types.put("int(10) unsigned", "bigint");
        types.put("bigint(20) unsigned", "numeric(20,0)");
        types.put("decimal(10,2)", "numeric(10,2)");
        types.put("enum('a','b,c')", "text");
        types.put("set('x','y')", "text");
        types.put("bit(12)", "bit(12)");
        types.put("year(4)", "smallint");
        types.put("json", "json");
        types.put("datetime(6)", "timestamp(6) without time zone");
        types.put("timestamp", "timestamp(0) with time zone");
        types.put("time(3)", "time(3) without time zone");
        types.put("char(3)", "character varying(3)");
        types.put("longtext", "text");
        types.put("varbinary(16)", "bytea");
        types.put("double", "double precision");
        Rows row = Rows.row();
        types.keySet().forEach(type -> row.field(type, fieldOf(type)));

        DestinationTable table = create(List.of(), row.schema(), TableShape.DEFAULT);

        assertThat(table.columns())
                .extracting(
                        column -> column.name() + ": " + column.typed().type().name())
                .containsExactlyElementsOf(types.entrySet().stream()
                        .map(type -> type.getKey() + ": " + type.getValue())
                        .toList());
    }

    @Test
    void autoIncrementGoesOnBehindTheSource() throws SQLException {
        TableStructure structure = new TableStructure(
                ORDERS,
                TableStructure.DatabaseKind.MYSQL,
                List.of(
                        new Column("id", "int unsigned", false, "", Identity.BY_DEFAULT, "", "", ""),
                        new Column("big", "bigint unsigned", true, "7", Identity.NONE, "", "", "")),
                List.of("id"),
                List.of(index("PRIMARY", Index.Kind.PRIMARY, List.of("id"), "USING btree (id)")),
                List.of(),
                List.of(new Sequence("id", "", 41)),
                "");
        Schema row = Rows.row()
                .required("id", INT64, "int unsigned")
                .field("big", fieldOf("bigint unsigned"))
                .schema();

        DestinationTable table = create(structure, row);
        database.execute("INSERT INTO shop.orders (id) VALUES (7)");
        try (Connection connection = database.connection()) {
            Sequences.advance(connection, ORDERS, structure.sequences());
        }
        database.execute("INSERT INTO shop.orders (big) VALUES (18446744073709551615)");

        assertThat(database.column("SELECT id || ':' || big FROM shop.orders WHERE id > 7"))
                .containsExactly("42:18446744073709551615");
        assertThat(table.column("id").orElseThrow().identity()).isEqualTo(Identity.BY_DEFAULT);
        assertThat(table.uniqueIndexes())
                .containsExactly(new UniqueIndex("orders_pkey", List.of("id"), true, true, true));
    }

    @Test
    void overridesChooseTypesOfCreatedColumns() throws SQLException {
        Schema row = Rows.row()
                .required("id", INT32, "int")
                .field("paid", fieldOf("tinyint(1)"))
                .field("tiny", fieldOf("tinyint(4)"))
                .field("amount", decimal("numeric(12,2)"))
                .field("plain", Schema.OPTIONAL_INT32_SCHEMA)
                .field(
                        "other",
                        SchemaBuilder.string()
                                .optional()
                                .parameter("__debezium.source.column.type", "VARCHAR")
                                .parameter("__debezium.source.column.length", "9")
                                .build())
                .schema();

        DestinationTable table = create(
                List.of("id"),
                row,
                shape(
                        "TINYINT(1):boolean, tinyint:integer, column amount:double precision,"
                                + " integer : numeric( 5, 0 ), varchar(9):character varying(12)",
                        EnumMode.AUTO,
                        GeometryMode.AUTO,
                        IdentifierCase.KEEP));

        assertThat(table.columns())
                .extracting(column -> column.typed().type().name())
                .containsExactly(
                        "integer", "boolean", "integer", "double precision", "numeric(5,0)", "character varying(12)");
    }

    @Test
    void enumsAndGeometriesBecomeWhatIsConfigured() throws SQLException {
        database.execute("CREATE SCHEMA shop", "CREATE TYPE shop.mood AS ENUM ('sad', 'glad')");
        Schema row = Rows.row()
                .field("mood", enumeration("shop.mood", "glad,sad"))
                .field("place", geometry())
                .schema();

        DestinationTable texts =
                create(List.of(), row, shape("", EnumMode.TEXT, GeometryMode.TEXT, IdentifierCase.KEEP));
        database.execute("DROP TABLE shop.orders");
        DestinationTable bytes =
                create(List.of(), row, shape("", EnumMode.AUTO, GeometryMode.WKB, IdentifierCase.KEEP));

        assertThat(texts.columns())
                .extracting(column -> column.typed().type().name())
                .containsExactly("text", "text");
        assertThat(bytes.columns())
                .extracting(column -> column.typed().type().name())
                .containsExactly("shop.mood", "bytea");
    }

    @Test
    void namesInAnotherCaseReachKeyIndexesAndSequences() throws SQLException {
        TableStructure structure = new TableStructure(
                ORDERS,
                TableStructure.DatabaseKind.POSTGRESQL,
                List.of(
                        new Column("OrderId", "bigint", false, "", Identity.ALWAYS, "", "", ""),
                        Column.of("CustomerName", "text", Column.Nullability.NULLABLE),
                        Column.of("note", "text", Column.Nullability.NULLABLE)),
                List.of("OrderId"),
                List.of(
                        index("Orders_PK", Index.Kind.PRIMARY, List.of("OrderId"), "USING btree (\"OrderId\")"),
                        new Index(
                                "ByName",
                                Index.Kind.PLAIN,
                                true,
                                true,
                                List.of(),
                                List.of("CustomerName", "note"),
                                "USING btree (lower(\"CustomerName\"), note) WHERE (\"CustomerName\" <> 'CustomerName'::text)")),
                List.of(),
                List.of(new Sequence("OrderId", "shop.s", 41)),
                "");
        Schema row = Rows.row()
                .required("OrderId", INT64, "bigint")
                .optional("CustomerName", STRING, "text")
                .optional("note", STRING, "text")
                .schema();

        try (Connection connection = transaction()) {
            TableDesign design = TableDesigner.ofStructure(
                    connection,
                    ORDERS,
                    structure,
                    row,
                    shape("", EnumMode.AUTO, GeometryMode.AUTO, IdentifierCase.LOWER));
            DestinationTable table = TableCreator.create(connection, design);
            connection.commit();

            assertThat(table.column("CustomerName")).isEqualTo(table.named("customername"));
            assertThat(table.uniqueIndexes())
                    .containsExactly(new UniqueIndex("orders_pk", List.of("orderid"), true, true, true));
            assertThat(design.sequences()).containsExactly(new Sequence("orderid", "shop.s", 41));
        }
        assertThat(database.value("SELECT indexdef FROM pg_indexes WHERE indexname = 'byname'"))
                .isEqualTo("CREATE INDEX byname ON shop.orders USING btree (lower(customername), note)"
                        + " WHERE (customername <> 'CustomerName'::text)");
    }

    @Test
    void columnsThatDifferInCaseAloneAreRefusedWhereTheyWouldBeOne() {
        Schema row = Rows.row()
                .required("Id", INT64, "bigint")
                .required("ID", INT64, "bigint")
                .schema();

        assertThatThrownBy(() ->
                        create(List.of("Id"), row, shape("", EnumMode.AUTO, GeometryMode.AUTO, IdentifierCase.UPPER)))
                .isInstanceOf(StructureMismatch.class)
                .hasMessage("Cannot write to shop.orders: the columns \"Id\" and \"ID\" of its records would both be"
                        + " called \"ID\". Set identifier.case=keep, or rename one of them by a transform.");
    }

    private static TableShape shape(
            String overrides, EnumMode enums, GeometryMode geometries, IdentifierCase identifierCase) {
        return new TableShape(
                IndexCopy.COPY,
                100,
                TableShape.Repetition.REFUSED,
                Optional.empty(),
                new TypeRules(TypeOverrides.parse(overrides), enums, geometries),
                identifierCase);
    }

    private static Schema fieldOf(String columnType) {
        return SchemaBuilder.string()
                .optional()
                .parameter("tablecast.column.type", columnType)
                .build();
    }

    private static Schema geometry() {
        return SchemaBuilder.struct()
                .name("io.debezium.data.geometry.Geometry")
                .optional()
                .field("wkb", Schema.BYTES_SCHEMA)
                .field("srid", Schema.OPTIONAL_INT32_SCHEMA)
                .build();
    }

    private DestinationTable create(TableStructure structure, Schema row) throws SQLException {
        try (Connection connection = transaction()) {
            DestinationTable table = TableCreator.create(
                    connection, TableDesigner.ofStructure(connection, ORDERS, structure, row, TableShape.DEFAULT));
            connection.commit();
            return table;
        }
    }

    private DestinationTable create(List<String> key, Schema row, TableShape shape) throws SQLException {
        try (Connection connection = transaction()) {
            DestinationTable table =
                    TableCreator.create(connection, TableDesigner.ofRecords(connection, ORDERS, key, row, shape));
            connection.commit();
            return table;
        }
    }

    private Connection transaction() throws SQLException {
        Connection connection = database.connection();
        connection.setAutoCommit(false);
        return connection;
    }

    private static Index index(String name, Index.Kind kind, List<String> columns, String definition) {
        return new Index(name, kind, false, false, columns, columns, definition);
    }

    private static Schema decimal(String columnType) {
        return org.apache.kafka.connect.data.Decimal.builder(2)
                .optional()
                .parameter("tablecast.column.type", columnType)
                .build();
    }

    private static Schema enumeration(String columnType, String labels) {
        return SchemaBuilder.string()
                .name("io.debezium.data.Enum")
                .version(1)
                .optional()
                .parameter("allowed", labels)
                .parameter("tablecast.column.type", columnType)
                .build();
    }
}
