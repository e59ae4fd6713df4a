// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Database;
import io.tablecast.testing.Role;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a configuration is told of destination tables that are there, or are not, before anything is deployed. */
class TableValidationIT {

    private static Destination destination;
    private static Role writer;

    @BeforeAll
    static void createTables() {
        destination = Destination.create();
        Database database = destination.database();
        writer = database.createRole("writer");
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text, amount int, placed date)",
                "CREATE TABLE shop.customers (id bigint PRIMARY KEY)",
                "CREATE TABLE shop.items (id bigint PRIMARY KEY, customer bigint REFERENCES shop.customers)",
                "CREATE VIEW shop.named AS SELECT id FROM shop.orders",
                "CREATE TABLE shop.parts (id bigint PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE shop.computed (id bigint, code text) PARTITION BY HASH ((lower(code)))",
                "CREATE TABLE shop.guarded (id bigint PRIMARY KEY, code text)",
                "GRANT TEMPORARY ON DATABASE " + Database.quote(database.name()) + " TO " + writer.name(),
                "CREATE SCHEMA tablecast",
                "GRANT USAGE, CREATE ON SCHEMA tablecast TO " + writer.name());
    }

    @AfterAll
    static void dropDatabase() {
        destination.close();
    }

    @Test
    void tablesThatFitAreNoError() {
        assertThat(errors("topics", "erp.shop.orders,erp.shop.parts,erp.shop.new,__tablecast-heartbeat.erp"))
                .isEmpty();
        assertThat(errors("topics.regex", "erp\\..*")).isEmpty();
    }

    @Test
    void aViewIsToldAtTheKeyThatNamesIt() {
        assertThat(errors("table.mapping", "shop.orders:shop.named"))
                .containsExactly(
                        "table.mapping: Cannot write to shop.named: it is a view. Map its records to a table by"
                                + " table.mapping.");
        assertThat(errors("topics", "erp.shop.orders, erp.shop.named"))
                .singleElement()
                .asString()
                .startsWith("topics: Cannot write to shop.named: it is a view.");
        assertThat(errors("table.shop.named.apply.mode", "append"))
                .singleElement()
                .asString()
                .startsWith("table.shop.named.apply.mode: Cannot write to shop.named: it is a view.");
        assertThat(errors("topics", "erp.shop.named", "transforms", "route"))
                .as("a transform may send the records elsewhere")
                .noneMatch(error -> error.contains("shop.named"));
    }

    @Test
    void aTableWhereAViewIsToBePutIsToldAtTheSwapMode() {
        assertThat(errors("topics", "erp.shop.orders", "swap.mode", "view"))
                .containsExactly(
                        "swap.mode: Cannot write to shop.orders: swap.mode=view puts a view of that name over the"
                                + " table of each snapshot, but it is a table that Tablecast did not make so. Rename or drop it,"
                                + " or set swap.mode=rename.");
        assertThat(errors("table.\"shop\".orders.swap.mode", "view"))
                .singleElement()
                .asString()
                .startsWith("table.\"shop\".orders.swap.mode: Cannot write to shop.orders");
    }

    @Test
    void whatKeepsATableFromBeingSwappedIsToldWhereSwapsAreAskedFor() {
        assertThat(errors("topics", "erp.shop.customers,erp.shop.parts", "snapshot.apply", "swap"))
                .containsExactly(
                        "snapshot.apply: Cannot write to shop.customers: a new table cannot take its name: the foreign key"
                                + " \"items_customer_fkey\" of shop.items refers to it. Set snapshot.apply=merge, or"
                                + " remove what is named.",
                        "snapshot.apply: Cannot write to shop.parts: a new table cannot take its name: it is a partitioned"
                                + " table. Rename or drop it, or set snapshot.apply=merge if it takes rows.");
        assertThat(errors("topics", "erp.shop.customers,erp.shop.parts", "snapshot.apply", "merge"))
                .isEmpty();
    }

    @Test
    void partitionsByAnExpressionAreToldAtTheApplyMode() {
        assertThat(errors("topics", "erp.shop.computed", "apply.mode", "upsert"))
                .singleElement()
                .asString()
                .startsWith("apply.mode: Cannot write to shop.computed: it is partitioned by an expression");
        assertThat(errors("topics", "erp.shop.computed", "apply.mode", "append"))
                .isEmpty();
    }

    @Test
    void aColumnThatTakesNoValuesOfItsConfiguredTypeIsTold() {
        assertThat(errors(
                        "topics",
                        "erp.shop.orders",
                        "snapshot.apply",
                        "merge",
                        "type.overrides",
                        "column placed:integer, column amount:bigint, column code:varchar(9), column absent:text"))
                .containsExactly(
                        "type.overrides: Column \"placed\" of shop.orders is there as date, which takes no values"
                                + " of type integer. Alter the column, or correct the pair of column \"placed\".");
        assertThat(errors(
                        "table.shop.orders.type.overrides",
                        "column absent:text",
                        "snapshot.apply",
                        "merge",
                        "schema.evolution",
                        "none"))
                .containsExactly("table.shop.orders.type.overrides: The table shop.orders has no column \"absent\", and"
                        + " schema.evolution=none adds none. Correct the name, or add it by ALTER TABLE.");
    }

    @Test
    void aColumnOfDeletionsThatIsMissingOrNoTimeIsTold() {
        assertThat(errors("topics", "erp.shop.orders", "delete.mode", "soft", "soft.delete.column", "placed"))
                .singleElement()
                .asString()
                .startsWith("soft.delete.column: Cannot write to shop.orders: its column \"placed\" is of type date");
        assertThat(errors("topics", "erp.shop.orders", "delete.mode", "soft", "schema.evolution", "none"))
                .singleElement()
                .asString()
                .startsWith("soft.delete.column: Cannot write to shop.orders: delete.mode=soft needs its column"
                        + " \"tablecast_deleted_at\".");
    }

    @Test
    void twoTablesForOneAreToldAtTheMappingWhereCopiesAreAskedFor() {
        String[] mapped = {"table.mapping", "shop.orders:pile.all, shop.items:pile.all", "snapshot.apply", "merge"};
        assertThat(errors(mapped))
                .containsExactly(
                        "table.mapping: The tables shop.items and shop.orders are both written to pile.all, and a copy or"
                                + " a TRUNCATE of one of them would remove the rows of both; it is refused when it comes. Give one"
                                + " of them another table by table.mapping or table.name.format, or see that neither is copied"
                                + " (snapshot.mode=no_data) and set truncate.mode=ignore.");
        assertThat(errors("table.mapping", mapped[1]))
                .as("changes alone may meet")
                .isEmpty();
        assertThat(errors(
                        "topics",
                        "erp.east.t,erp.west.t",
                        "schema.mapping",
                        "east:pile,west:pile",
                        "swap.mode",
                        "rename"))
                .singleElement()
                .asString()
                .startsWith("schema.mapping: The tables erp/east.t and erp/west.t are both written to pile.t");
        assertThat(errors("topics", "erp.pile.t,pos.pile.t", "table.pile.t.snapshot.apply", "swap"))
                .singleElement()
                .asString()
                .startsWith("topics: The tables erp/pile.t and pos/pile.t are both written to pile.t");
        assertThat(errors("topics", "erp.pile.t,erp.pile.u", "table.mapping", "pile.t:pile.x", "swap.mode", "rename"))
                .isEmpty();
        assertThat(errors("table.mapping", "pile.T:pile.x, pile.t:pile.x"))
                .containsExactly("table.mapping: The tables pile.T and pile.t would both be written to pile.x. Set"
                        + " identifier.case=keep, or map one of them to another table by table.mapping.");
    }

    @Test
    void uniqueIndexesAreRefusedWhereRowsStay() {
        String fault =
                "indexes=unique needs apply.mode=upsert and delete.mode=delete: rows that stay when the source has"
                        + " others in their place would keep these out. Set indexes=copy.";
        assertThat(errors("indexes", "unique")).isEmpty();
        assertThat(errors("indexes", "unique", "delete.mode", "soft")).containsExactly("indexes: " + fault);
        assertThat(errors("indexes", "unique", "table.shop.new.apply.mode", "append"))
                .containsExactly("table.shop.new.apply.mode: " + fault);
        assertThat(errors("delete.mode", "ignore", "table.shop.new.indexes", "unique"))
                .containsExactly("table.shop.new.indexes: " + fault);
    }

    @Test
    void aHistoryWithTheNameOfAnotherTableIsTold() {
        String[] soft = {"delete.mode", "soft", "soft.delete.history", "true", "topics"};
        assertThat(errors(soft[0], soft[1], soft[2], soft[3], soft[4], "erp.pile.a,erp.pile.a_deleted"))
                .containsExactly(
                        "soft.delete.history: Deleted rows of pile.a go to pile.a_deleted, which is the table of"
                                + " other records as well. Map one of them to another table by table.mapping, or set"
                                + " soft.delete.history=false.");
        destination.database().execute("CREATE TABLE shop.orders_deleted (id int)");
        assertThat(errors(soft[0], soft[1], soft[2], soft[3], soft[4], "erp.shop.orders"))
                .containsExactly(
                        "soft.delete.history: Deleted rows of shop.orders belong into shop.orders_deleted, which"
                                + " is a table of another kind. Rename that table, or set soft.delete.history=false.");
    }

    @Test
    void anAbsentTableIsToldWhereNothingIsCreated() {
        assertThat(errors("table.mapping", "a.b:shop.absent", "auto.create", "false"))
                .containsExactly(
                        "auto.create: The table shop.absent does not exist. Create it, or set auto.create=true.");
        assertThat(errors("topics", "erp.shop.merged", "auto.create", "false"))
                .as("records may name another table than their topic")
                .isEmpty();
    }

    @Test
    void whatTheRoleLacksIsToldWithTheGrant() {
        assertThat(errorsOfWriter("topics", "erp.shop.guarded", "apply.mode", "append"))
                .containsExactly(
                        "connection.user: The role " + quoted() + " may not use the schema of shop.guarded. Run: GRANT"
                                + " USAGE ON SCHEMA \"shop\" TO " + quoted(),
                        "connection.user: The role " + quoted() + " lacks privileges on shop.guarded. Run: GRANT INSERT"
                                + " ON \"shop\".\"guarded\" TO " + quoted());
        destination
                .database()
                .execute(
                        "GRANT USAGE ON SCHEMA shop TO " + writer.name(),
                        "GRANT SELECT, INSERT (id, code) ON shop.guarded TO " + writer.name());
        assertThat(errorsOfWriter("topics", "erp.shop.guarded"))
                .containsExactly(
                        "connection.user: The role " + quoted() + " lacks privileges on shop.guarded. Run: GRANT"
                                + " UPDATE, DELETE ON \"shop\".\"guarded\" TO " + quoted());
        assertThat(errorsOfWriter("topics", "erp.shop.new"))
                .containsExactly(
                        "connection.user: The role " + quoted() + " may not create shop.new in its schema. Run:"
                                + " GRANT USAGE, CREATE ON SCHEMA \"shop\" TO " + quoted());
        assertThat(errorsOfWriter("table.mapping", "a.b:lager.teile"))
                .containsExactly("connection.user: The schema of lager.teile does not exist, and the role " + quoted()
                        + " may not create it. Run: CREATE SCHEMA \"lager\" AUTHORIZATION " + quoted());
        destination.database().execute("GRANT UPDATE, DELETE ON shop.guarded TO " + writer.name());
        assertThat(errorsOfWriter("topics", "erp.shop.guarded")).isEmpty();
        assertThat(errorsOfWriter("topics", "erp.shop.guarded", "snapshot.apply", "truncate"))
                .singleElement()
                .asString()
                .startsWith("connection.user: The role " + quoted() + " may not create the tables that copies of"
                        + " shop.guarded are loaded into. Run: GRANT USAGE, CREATE ON SCHEMA");
        assertThat(errorsOfWriter("topics", "erp.shop.guarded", "delete.mode", "soft"))
                .singleElement()
                .asString()
                .contains("does not own shop.guarded", "ADD COLUMN \"tablecast_deleted_at\" timestamptz");
    }

    private static String quoted() {
        return Database.quote(writer.name());
    }

    private static List<String> errorsOfWriter(String... keysAndValues) {
        String[] all = java.util.Arrays.copyOf(keysAndValues, keysAndValues.length + 4);
        all[keysAndValues.length] = "connection.user";
        all[keysAndValues.length + 1] = writer.name();
        all[keysAndValues.length + 2] = "connection.password";
        all[keysAndValues.length + 3] = writer.password();
        return errors(all);
    }

    private static List<String> errors(String... keysAndValues) {
        return new PostgresSinkConnector()
                .validate(destination.settings(keysAndValues)).configValues().stream()
                        .flatMap(value -> value.errorMessages().stream().map(message -> value.name() + ": " + message))
                        .toList();
    }
}
