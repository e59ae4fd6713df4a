// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

import static org.apache.kafka.connect.data.Schema.Type.INT32;
import static org.apache.kafka.connect.data.Schema.Type.INT64;
import static org.apache.kafka.connect.data.Schema.Type.STRING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.Identity;
import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class SchemaEvolutionIT {

    private static final TableId ORDERS = new TableId("shop", "orders");

    private final Database database = PostgresServer.shared().createDatabase();

    @BeforeEach
    void createTable() {
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id int PRIMARY KEY, status varchar(5) NOT NULL, n int)",
                "INSERT INTO shop.orders VALUES (1, 'new', 10), (2, 'paid', 20)");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void constantDefaultFillsOldRowsAndMovingOneDoesNot() throws SQLException {
        Schema row = rows().required("prio", INT32, "integer")
                .optional("seen", STRING, "timestamp with time zone")
                .schema();
        List<SchemaChange> changes = List.of(
                new SchemaChange.Add(column("prio", "integer", "7", Column.Nullability.NOT_NULL)),
                new SchemaChange.Add(column("seen", "timestamp with time zone", "now()", Column.Nullability.NOT_NULL)));

        DestinationTable table = follow(EvolutionMode.BASIC, changes, row);

        assertThat(database.rows("SELECT id, prio, seen IS NULL FROM shop.orders ORDER BY id"))
                .containsExactly(List.of("1", "7", "t"), List.of("2", "7", "t"));
        assertThat(table.column("prio").orElseThrow().typed().nullable()).isFalse();
        assertThat(table.column("seen").orElseThrow().typed().nullable()).isTrue();
    }

    @Test
    void sameChangesAgainChangeNothing() throws SQLException {
        Schema row = rows().required("prio", INT32, "integer").schema();
        List<SchemaChange> changes =
                List.of(new SchemaChange.Add(column("prio", "integer", "7", Column.Nullability.NOT_NULL)));
        DestinationTable once = follow(EvolutionMode.BASIC, changes, row);

        assertThat(follow(EvolutionMode.BASIC, changes, row)).isEqualTo(once);
    }

    @Test
    void fieldWithoutAnnouncementBecomesAColumn() throws SQLException {
        Schema row = rows().field("extra", Schema.INT64_SCHEMA).schema();

        DestinationTable table = follow(EvolutionMode.BASIC, List.of(), row);

        assertThat(evolution(EvolutionMode.BASIC).fits(table, row, WrittenColumns.NONE))
                .isTrue();
        assertThat(table.column("extra").orElseThrow().typed().type().name()).isEqualTo("bigint");
        assertThat(table.column("extra").orElseThrow().typed().nullable()).isTrue();
    }

    @Test
    void noneRefusesAnUnknownColumnAndNamesTheRemedy() {
        Schema row = rows().field("extra", Schema.INT64_SCHEMA).schema();

        assertThatThrownBy(() -> follow(EvolutionMode.NONE, List.of(), row))
                .isInstanceOf(StructureMismatch.class)
                .hasMessage("Cannot write to shop.orders: it lacks the columns [extra] of its records."
                        + " Add them by ALTER TABLE, or set schema.evolution=basic.");
    }

    @Test
    void basicKeepsDroppedAndRenamedColumnsAndLetsThemBeNull() throws SQLException {
        Schema row = Rows.row()
                .required("id", INT32, "integer")
                .required("state", STRING, "character varying(5)")
                .schema();

        DestinationTable table = follow(
                EvolutionMode.BASIC,
                List.of(new SchemaChange.Rename("status", "state"), new SchemaChange.Drop("n")),
                row);

        assertThat(table.columns()).extracting(DestinationColumn::name).containsExactly("id", "status", "n", "state");
        assertThat(table.column("status").orElseThrow().isOptional()).isTrue();
        assertThat(database.column("SELECT status FROM shop.orders ORDER BY id"))
                .containsExactly("new", "paid");
    }

    @Test
    void fullDoesWhatTheSourceDid() throws SQLException {
        Schema row = Rows.row()
                .required("id", INT64, "bigint")
                .required("state", STRING, "character varying(40)")
                .schema();

        DestinationTable table = follow(
                EvolutionMode.FULL,
                List.of(
                        new SchemaChange.Rename("status", "state"),
                        new SchemaChange.Drop("n"),
                        new SchemaChange.Type(
                                Column.of("state", "character varying(40)", Column.Nullability.NULLABLE))),
                row);

        assertThat(table.columns())
                .extracting(column -> column.name() + " "
                        + column.typed().type().name() + " " + column.typed().nullable())
                .containsExactly("id bigint false", "state character varying(40) true");
        assertThat(database.rows("SELECT * FROM shop.orders ORDER BY id"))
                .containsExactly(List.of("1", "new"), List.of("2", "paid"));
    }

    @Test
    void changeThatADependentForbidsIsRefusedWithTheReason() {
        database.execute("CREATE VIEW shop.states AS SELECT status FROM shop.orders");
        Schema row = Rows.row()
                .required("id", INT32, "integer")
                .required("status", STRING, "character varying(40)")
                .schema();

        assertThatThrownBy(() -> follow(EvolutionMode.FULL, List.of(), row))
                .isInstanceOf(StructureMismatch.class)
                .hasMessageContaining("Cannot write to shop.orders: it has to follow the source by")
                .hasMessageContaining("cannot alter type of a column used by a view");
        assertThat(database.number("SELECT count(*) FROM shop.states")).isEqualTo(2);
    }

    @Test
    void viewIsNotAltered() {
        database.execute("CREATE VIEW shop.seen AS SELECT id, status, n FROM shop.orders");
        Schema row = rows().field("extra", Schema.INT64_SCHEMA).schema();

        assertThatThrownBy(() -> follow(new TableId("shop", "seen"), row))
                .isInstanceOf(StructureMismatch.class)
                .hasMessageStartingWith("Cannot write to shop.seen: it is a view, whose columns cannot follow");
    }

    @Test
    void secondOfTwoTasksFindsTheColumnThere() throws Exception {
        Schema row = rows().field("extra", Schema.INT64_SCHEMA).schema();
        SchemaEvolution evolution = evolution(EvolutionMode.BASIC);

        try (Connection first = transaction();
                Connection second = transaction()) {
            evolution.follow(first, ORDERS, List.of(), row, WrittenColumns.NONE, FormerNames.NONE);
            CompletableFuture<DestinationTable> waiting = CompletableFuture.supplyAsync(() -> {
                try {
                    return evolution.follow(second, ORDERS, List.of(), row, WrittenColumns.NONE, FormerNames.NONE);
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            });
            Waiting.forLock(database);
            first.commit();

            assertThat(waiting.get().columns()).hasSize(4);
        }
    }

    @Test
    void longReaderMakesTheChangeFailSoonAndRetriable() throws SQLException {
        Schema row = rows().field("extra", Schema.INT64_SCHEMA).schema();

        try (Connection reader = transaction();
                Connection writer = transaction()) {
            reader.createStatement().executeQuery("SELECT * FROM shop.orders").close();

            assertThatThrownBy(() -> evolution(EvolutionMode.BASIC)
                            .follow(writer, ORDERS, List.of(), row, WrittenColumns.NONE, FormerNames.NONE))
                    .isInstanceOfSatisfying(
                            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("55P03"))
                    .hasMessageContaining("canceling statement due to lock timeout");
        }
    }

    @Test
    void columnThatRowsNoLongerFillTakesNull() throws SQLException {
        database.execute(
                "ALTER TABLE shop.orders ADD mine int NOT NULL DEFAULT 1, ADD theirs int",
                "UPDATE shop.orders SET theirs = 1",
                "ALTER TABLE shop.orders ALTER theirs SET NOT NULL, ALTER n SET NOT NULL");
        Schema row = Rows.row()
                .required("id", INT32, "integer")
                .optional("n", INT32, "integer")
                .schema();
        WrittenColumns written = new WrittenColumns(Set.of("id", "status", "n"), Set.of("id", "status"));

        assertThat(evolution(EvolutionMode.BASIC).fits(read(), row, written)).isFalse();
        assertThat(evolution(EvolutionMode.NONE).fits(read(), row, written)).isTrue();
        follow(EvolutionMode.BASIC, List.of(), row, written);

        // NOT NULL stays where nobody knows the column, and where records might always have brought NULL.
        assertThat(database.column("SELECT attname FROM pg_attribute WHERE attrelid = 'shop.orders'::regclass"
                        + " AND attnum > 0 AND attnotnull ORDER BY attnum"))
                .containsExactly("id", "n", "mine", "theirs");
        assertThat(evolution(EvolutionMode.BASIC).fits(read(), row, written)).isTrue();
    }

    @Test
    void columnLosesNotNullWhenItsFieldBecomesOptional() throws SQLException {
        Schema row = Rows.row()
                .required("id", INT32, "integer")
                .optional("status", STRING, "character varying(5)")
                .schema();
        WrittenColumns written = new WrittenColumns(Set.of("id", "status"), Set.of("id", "status"));

        DestinationTable table = follow(EvolutionMode.BASIC, List.of(), row, written);

        assertThat(table.column("status").orElseThrow().typed().nullable()).isTrue();
        assertThat(table.column("id").orElseThrow().typed().nullable()).isFalse();
    }

    @Test
    void fullWidensWhatIsTooNarrowAndBasicDoesNot() throws SQLException {
        Schema row = Rows.row()
                .field("id", Schema.INT32_SCHEMA)
                .required("status", STRING, "character varying(20)")
                .field("n", Schema.INT64_SCHEMA)
                .schema();

        assertThat(evolution(EvolutionMode.BASIC).fits(read(), row, WrittenColumns.NONE))
                .isTrue();
        assertThat(evolution(EvolutionMode.FULL).fits(read(), row, WrittenColumns.NONE))
                .isFalse();
        DestinationTable table = follow(EvolutionMode.FULL, List.of(), row);

        assertThat(table.columns())
                .extracting(column -> column.typed().type().name())
                .containsExactly("integer", "character varying(20)", "bigint");
        assertThat(database.rows("SELECT * FROM shop.orders ORDER BY id"))
                .containsExactly(List.of("1", "new", "10"), List.of("2", "paid", "20"));
    }

    @Test
    void addedColumnIsNamedAndTypedAsConfigured() throws SQLException {
        Schema row = rows().field(
                        "WasPaid",
                        SchemaBuilder.int16()
                                .optional()
                                .parameter("tablecast.column.type", "tinyint(1)")
                                .build())
                .schema();
        TableShape shape = new TableShape(
                IndexCopy.COPY,
                100,
                TableShape.Repetition.REFUSED,
                Optional.empty(),
                new TypeRules(TypeOverrides.parse("tinyint(1):boolean"), EnumMode.AUTO, GeometryMode.AUTO),
                IdentifierCase.LOWER);
        SchemaEvolution evolution =
                new SchemaEvolution(EvolutionMode.BASIC, ColumnDrop.KEEP, Duration.ofMillis(200), shape);

        try (Connection connection = transaction()) {
            DestinationTable table =
                    evolution.follow(connection, ORDERS, List.of(), row, WrittenColumns.NONE, FormerNames.NONE);

            assertThat(table.named("waspaid").orElseThrow().typed().type().name())
                    .isEqualTo("boolean");
            assertThat(table.column("WasPaid")).isEqualTo(table.named("waspaid"));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BASIC", "FULL"})
    void columnThatIsRenamedInCaseOnlyStaysAsItIsWhereNamesAreInLowerCase(EvolutionMode mode) throws SQLException {
        Schema row = Rows.row()
                .required("id", INT32, "integer")
                .required("Status", STRING, "character varying(5)")
                .schema();
        TableShape shape = new TableShape(
                IndexCopy.COPY,
                100,
                TableShape.Repetition.REFUSED,
                Optional.empty(),
                TypeRules.DEFAULT,
                IdentifierCase.LOWER);
        SchemaEvolution evolution = new SchemaEvolution(mode, ColumnDrop.DROP, Duration.ofMillis(200), shape);
        DestinationTable before = read();

        try (Connection connection = transaction()) {
            DestinationTable table = evolution.follow(
                    connection,
                    ORDERS,
                    List.of(new SchemaChange.Rename("status", "Status")),
                    row,
                    WrittenColumns.NONE,
                    FormerNames.NONE);

            assertThat(table.columns()).isEqualTo(before.columns());
        }
    }

    private DestinationTable read() throws SQLException {
        try (Connection connection = database.connection()) {
            return DestinationCatalog.read(connection, ORDERS).orElseThrow();
        }
    }

    private DestinationTable follow(EvolutionMode mode, List<SchemaChange> changes, Schema row) throws SQLException {
        return follow(mode, changes, row, WrittenColumns.NONE);
    }

    private DestinationTable follow(EvolutionMode mode, List<SchemaChange> changes, Schema row, WrittenColumns written)
            throws SQLException {
        try (Connection connection = transaction()) {
            DestinationTable table =
                    evolution(mode).follow(connection, ORDERS, changes, row, written, FormerNames.NONE);
            connection.commit();
            return table;
        }
    }

    private DestinationTable follow(TableId table, Schema row) throws SQLException {
        try (Connection connection = transaction()) {
            return evolution(EvolutionMode.BASIC)
                    .follow(connection, table, List.of(), row, WrittenColumns.NONE, FormerNames.NONE);
        }
    }

    private static SchemaEvolution evolution(EvolutionMode mode) {
        return new SchemaEvolution(mode, ColumnDrop.DROP, Duration.ofMillis(200), TableShape.DEFAULT);
    }

    private Connection transaction() throws SQLException {
        Connection connection = database.connection();
        connection.setAutoCommit(false);
        return connection;
    }

    private static Rows rows() {
        return Rows.row()
                .required("id", INT32, "integer")
                .required("status", STRING, "character varying(5)")
                .optional("n", INT32, "integer");
    }

    private static Column column(String name, String type, String expression, Column.Nullability nullability) {
        return new Column(
                name, type, nullability == Column.Nullability.NULLABLE, expression, Identity.NONE, "", "", "");
    }
}
