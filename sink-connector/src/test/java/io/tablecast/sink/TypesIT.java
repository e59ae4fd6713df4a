// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.testing.Database;
import io.tablecast.testing.Role;
import java.util.List;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The types of created columns, and what gets into them. */
class TypesIT {

    private final TopicLog log = new TopicLog("erp.shop.orders", 0);
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
    void overriddenTypesTakeTheValues() {
        FlatRows rows = new FlatRows(
                log,
                row().field(
                                "paid",
                                FlatRows.typed(SchemaBuilder.int16(), "tinyint(1)")
                                        .build())
                        .field(
                                "amount",
                                FlatRows.typed(SchemaBuilder.string(), "numeric(9,2)")
                                        .build())
                        .build());
        rows.send(1L, (short) 1, "12.50");
        rows.send(2L, (short) 0, null);

        applyAll(
                "type.overrides", "tinyint(1):boolean",
                "table.shop.orders.type.overrides", "tinyint(1):boolean, column amount:double precision");

        assertThat(database.rows(
                        "SELECT id, paid, amount, pg_typeof(paid), pg_typeof(amount) FROM shop.orders WHERE paid"))
                .containsExactly(List.of("1", "t", "12.5", "boolean", "double precision"));
    }

    @Test
    void enumsAreMadeAndGetLabelsThatTheSourceAdds() {
        FlatRows before = new FlatRows(log, row().field("mood", mood("sad,ok")).build());
        FlatRows after = new FlatRows(
                log, row().field("mood", mood("awful,sad,meh,ok,glad")).build());
        before.send(1L, "ok");
        after.send(2L, "glad");
        after.send(3L, "awful");

        applyAll("enum.mode", "type");

        assertThat(database.column("SELECT id FROM shop.orders ORDER BY mood")).containsExactly("3", "1", "2");
        assertThat(database.value("SELECT enum_range(NULL::shop.mood)")).isEqualTo("{awful,sad,meh,ok,glad}");
    }

    @Test
    void enumsOfMySqlAreNamedByTableAndColumn() {
        FlatRows rows = new FlatRows(
                log,
                row().field(
                                "size",
                                FlatRows.typed(SchemaBuilder.string(), "enum('s','it''s, m')")
                                        .build())
                        .build());
        rows.send(1L, "it's, m");

        applyAll("enum.mode", "type");

        assertThat(database.rows("SELECT size, pg_typeof(size), enum_range(size) FROM shop.orders"))
                .containsExactly(List.of("it's, m", "shop.orders_size_enum", "{s,\"it's, m\"}"));
    }

    @Test
    void enumsAreTextWhereThatIsConfiguredOrTheDestinationHasNone() {
        database.execute("CREATE SCHEMA shop", "CREATE TYPE shop.mood AS ENUM ('sad', 'ok')");
        new FlatRows(log, row().field("mood", mood("sad,ok")).build()).send(1L, "ok");

        applyAll("enum.mode", "text");

        assertThat(database.value("SELECT pg_typeof(mood) FROM shop.orders")).isEqualTo("text");
    }

    @Test
    void enumOfSomebodyElseIsNotAltered() {
        Role role = database.createRole("clerk");
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TYPE shop.mood AS ENUM ('sad', 'ok')",
                "CREATE TABLE shop.orders (id bigint PRIMARY KEY, mood shop.mood)",
                "GRANT CREATE ON DATABASE " + database.name() + " TO " + role.name(),
                "GRANT USAGE, CREATE ON SCHEMA shop TO " + role.name(),
                "GRANT ALL ON shop.orders TO " + role.name());
        new FlatRows(log, row().field("mood", mood("sad,ok,glad")).build()).send(1L, "glad");

        try (DrivenTask task = destination.task(
                "enum.mode", "type",
                "connection.user", role.name(),
                "connection.password", role.password())) {
            task.open(log);
            assertThatThrownBy(() -> task.turnUntil("the label is refused", () -> false))
                    .hasMessageStartingWith("Cannot write to shop.orders: the connector's role may not create the enum"
                            + " shop.mood or add labels to it: ERROR: must be owner of type shop.mood.")
                    .hasMessageContaining("add the labels [sad, ok, glad] by ALTER TYPE");
        }
    }

    @Test
    void geometriesBecomeBytesOrDigits() {
        Schema place = SchemaBuilder.struct()
                .name("io.debezium.data.geometry.Geometry")
                .optional()
                .field("wkb", Schema.BYTES_SCHEMA)
                .field("srid", Schema.OPTIONAL_INT32_SCHEMA)
                .build();
        byte[] empty = {1, 7, 0, 0, 0, 0, 0, 0, 0};
        Struct value = new Struct(place).put("wkb", empty).put("srid", 4326);
        TopicLog other = new TopicLog("erp.shop.places", 0);
        new FlatRows(log, row().field("place", place).build()).send(1L, value);
        new FlatRows(other, row().field("place", place).build()).send(1L, value);

        try (DrivenTask task = destination.task("geometry.mode", "wkb", "table.shop.places.geometry.mode", "text")) {
            task.open(log, other);
            task.drain();
        }

        assertThat(database.rows("SELECT place, pg_typeof(place) FROM shop.orders"))
                .containsExactly(List.of("\\x0107000020e610000000000000", "bytea"));
        assertThat(database.rows("SELECT place, pg_typeof(place) FROM shop.places"))
                .containsExactly(List.of("0107000020e610000000000000", "text"));
    }

    @Test
    void typesThatTheDestinationDoesNotKnowAreFoundBeforeAnythingRuns() {
        Config config = new PostgresSinkConnector()
                .validate(destination.settings(
                        "type.overrides", "integer:no_such_type, text:varchar(9)",
                        "table.shop.orders.type.overrides", "integer:other"));

        assertThat(config.configValues().stream()
                        .filter(value -> !value.errorMessages().isEmpty())
                        .map(value -> value.name() + ": "
                                + value.errorMessages().get(0).replaceAll("database .* cannot", "database cannot")))
                .containsExactly(
                        "table.shop.orders.type.overrides: The database cannot make columns of type other:"
                                + " ERROR: type \"other\" does not exist\n  Position: 21",
                        "type.overrides: The database cannot make columns of type no_such_type:"
                                + " ERROR: type \"no_such_type\" does not exist\n  Position: 21");
    }

    private void applyAll(String... settings) {
        try (DrivenTask task = destination.task(settings)) {
            task.open(log);
            task.drain();
        }
    }

    private static SchemaBuilder row() {
        return SchemaBuilder.struct().field("id", Schema.INT64_SCHEMA);
    }

    private static Schema mood(String labels) {
        return FlatRows.typed(SchemaBuilder.string(), "shop.mood")
                .name("io.debezium.data.Enum")
                .parameter("allowed", labels)
                .build();
    }
}
