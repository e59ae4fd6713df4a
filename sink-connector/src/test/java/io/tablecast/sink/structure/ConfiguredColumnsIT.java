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
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Types and names of created columns, as the source's kind of database and the settings want them. */
final class ConfiguredColumnsIT {

    private static final TableId ORDERS = NewTables.ORDERS;

    private final Database database = PostgresServer.shared().createDatabase();
    private final NewTables tables = new NewTables(database);

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void columnsOfMySqlGetTypesThatHoldTheirValues() throws SQLException {
        Map<String, String> types = new LinkedHashMap<>();
        types.put("tinyint(1)", "smallint");
        types.put("smallint unsigned", "integer");
        types.put("mediumint", "integer");
        types.put("int(10) unsigned", "bigint");
        types.put("bigint(20) unsigned", "numeric(20,0)");
        types.put("Rows.decimal(10,2)", "numeric(10,2)");
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
        types.keySet().forEach(type -> row.field(type, Rows.fieldOf(type)));

        DestinationTable table = tables.create(List.of(), row.schema(), TableShape.DEFAULT);

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
                List.of(NewTables.index("PRIMARY", Index.Kind.PRIMARY, List.of("id"), "USING btree (id)")),
                List.of(),
                List.of(new Sequence("id", "", 41)),
                "");
        Schema row = Rows.row()
                .required("id", INT64, "int unsigned")
                .field("big", Rows.fieldOf("bigint unsigned"))
                .schema();

        DestinationTable table = tables.create(structure, row);
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
    void autoIncrementBeyondBigintGoesOnAsFarAsSequencesReach() throws SQLException {
        TableStructure structure = new TableStructure(
                ORDERS,
                TableStructure.DatabaseKind.MYSQL,
                List.of(
                        new Column("id", "bigint unsigned", false, "", Identity.BY_DEFAULT, "", "", ""),
                        Column.of("note", "text", Column.Nullability.NULLABLE)),
                List.of("id"),
                List.of(NewTables.index("PRIMARY", Index.Kind.PRIMARY, List.of("id"), "USING btree (id)")),
                List.of(),
                List.of(new Sequence("id", "", 41)),
                "");
        Schema row = Rows.row()
                .field("id", Rows.fieldOf("bigint unsigned"))
                .optional("note", STRING, "text")
                .schema();

        DestinationTable table = tables.create(structure, row);
        advance(structure);
        database.execute("INSERT INTO shop.orders (note) VALUES ('by hand')");

        assertThat(database.column("SELECT id || ':' || note FROM shop.orders")).containsExactly("42:by hand");
        assertThat(table.column("id").orElseThrow().typed().type().name()).isEqualTo("numeric(20,0)");
        assertThat(table.column("id").orElseThrow().isOptional()).isTrue();

        database.execute("INSERT INTO shop.orders (id) VALUES (18446744073709551615)");
        advance(structure);

        assertThatThrownBy(() -> database.execute("INSERT INTO shop.orders (note) VALUES ('no more')"))
                .hasStackTraceContaining("nextval: reached maximum value of sequence \"orders_id_seq\"");
        database.execute("DROP TABLE shop.orders");
        assertThat(database.number("SELECT count(*) FROM pg_class WHERE relkind = 'S'"))
                .as("the sequence goes with its table")
                .isZero();
    }

    private void advance(TableStructure structure) throws SQLException {
        try (Connection connection = database.connection()) {
            Sequences.advance(connection, ORDERS, structure.sequences());
        }
    }

    @Test
    void overridesChooseTypesOfCreatedColumns() throws SQLException {
        Schema row = Rows.row()
                .required("id", INT32, "int")
                .field("paid", Rows.fieldOf("tinyint(1)"))
                .field("tiny", Rows.fieldOf("tinyint(4)"))
                .field("amount", Rows.decimal("numeric(12,2)"))
                .field("plain", Schema.OPTIONAL_INT32_SCHEMA)
                .field(
                        "other",
                        SchemaBuilder.string()
                                .optional()
                                .parameter("__debezium.source.column.type", "VARCHAR")
                                .parameter("__debezium.source.column.length", "9")
                                .build())
                .schema();

        DestinationTable table = tables.create(
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
                .field("mood", Rows.enumeration("shop.mood", "glad,sad"))
                .field("place", Rows.geometry())
                .schema();

        DestinationTable texts =
                tables.create(List.of(), row, shape("", EnumMode.TEXT, GeometryMode.TEXT, IdentifierCase.KEEP));
        database.execute("DROP TABLE shop.orders");
        DestinationTable bytes =
                tables.create(List.of(), row, shape("", EnumMode.AUTO, GeometryMode.WKB, IdentifierCase.KEEP));

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
                        NewTables.index(
                                "Orders_PK", Index.Kind.PRIMARY, List.of("OrderId"), "USING btree (\"OrderId\")"),
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

        try (Connection connection = tables.transaction()) {
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

        assertThatThrownBy(() -> tables.create(
                        List.of("Id"), row, shape("", EnumMode.AUTO, GeometryMode.AUTO, IdentifierCase.UPPER)))
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
}
