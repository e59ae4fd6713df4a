// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.Role;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the triggers write, whoever changes the table and however. */
class QueueTriggersIT {

    private static final TableId ITEM = new TableId("public", "item");
    private static final QueueWish ID = Wishes.ofKey("id");

    private final QueueRegistry registry = new QueueRegistry("tablecast");
    private final QueueSetup setup = new QueueSetup(registry);
    private Database database;
    private Connection connection;

    @BeforeEach
    void createDatabase() throws SQLException {
        database = PostgresServer.shared().createDatabase();
        connection = open();
    }

    @AfterEach
    void dropDatabase() throws SQLException {
        connection.close();
        database.close();
    }

    @Test
    void everyStatementIsQueuedWithItsKeys() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, name text, price numeric)");
        setup.register(connection, "shop/p", ITEM, ID);

        database.execute("INSERT INTO item SELECT g, 'n', 1 FROM generate_series(1, 3) g");
        database.execute("UPDATE item SET price = price + 1 WHERE id < 3");
        database.execute("DELETE FROM item WHERE id = 2");
        database.execute("UPDATE item SET price = 0 WHERE id = 99");
        database.execute("INSERT INTO item VALUES (1), (7) ON CONFLICT (id) DO UPDATE SET name = 'again'");
        database.execute("TRUNCATE item");

        assertThat(queued("queue_public_item"))
                .startsWith("c 1", "c 2", "c 3", "u 1", "u 2", "d 2")
                .endsWith("t null");
        assertThat(queued("queue_public_item")).hasSize(9).contains("u 1", "c 7");
    }

    @Test
    void keyChangesDeleteTheOldKeyAndCreateTheNewOne() throws SQLException {
        database.execute("CREATE TABLE item (id int, part text, PRIMARY KEY (id, part) DEFERRABLE)");
        database.execute("INSERT INTO item VALUES (4, 'a'), (5, 'a'), (6, 'a')");
        setup.register(connection, "shop/p", ITEM, Wishes.ofKey("id", "part"));

        database.execute("UPDATE item SET part = 'b' WHERE id = 4");
        database.execute("UPDATE item SET id = 11 - id WHERE id > 4");

        assertThat(database.column("SELECT op::text || ' ' || k1 || k2 FROM tablecast.queue_public_item ORDER BY id"))
                .startsWith("d 4a", "c 4b")
                .containsExactlyInAnyOrder("d 4a", "c 4b", "u 5a", "u 6a");
    }

    @Test
    void valuesThatAreOnlyEqualAreDifferentKeys() throws SQLException {
        database.execute("CREATE TABLE item (id numeric PRIMARY KEY)", "INSERT INTO item VALUES (1.0)");
        setup.register(connection, "shop/p", ITEM, ID);

        database.execute("UPDATE item SET id = 1.00");

        assertThat(queued("queue_public_item")).containsExactly("d 1.0", "c 1.00");
    }

    @Test
    void planOfAFirstSmallUpdateDoesNotSlowDownALargeOne() throws SQLException {
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY, price int)",
                "INSERT INTO item SELECT g, 0 FROM generate_series(1, 100000) g");
        setup.register(connection, "shop/p", ITEM, ID);

        try (Connection writer = database.connection();
                Statement statement = writer.createStatement()) {
            statement.execute("SET statement_timeout = '60s'");
            statement.execute("UPDATE item SET price = 1 WHERE id = 1");
            statement.execute("UPDATE item SET price = 2");
        }

        assertThat(database.number("SELECT count(*) FROM tablecast.queue_public_item WHERE op = 'u'"))
                .isEqualTo(100_001);
    }

    @Test
    void writersNeedNoRightsOnTheQueue() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, price int)");
        Role writer = database.createRole("writer");
        database.execute("GRANT INSERT, UPDATE, DELETE, TRUNCATE, SELECT ON item TO \"" + writer.name() + "\"");
        setup.register(connection, "shop/p", ITEM, ID);

        try (Connection session = database.connection(writer);
                Statement statement = session.createStatement()) {
            statement.execute("INSERT INTO item VALUES (1, 1)");
            statement.execute("UPDATE item SET id = 2");
            statement.execute("DELETE FROM item");
            statement.execute("TRUNCATE item");
            assertThatThrownBy(() -> statement.execute("SELECT * FROM tablecast.queue_public_item"))
                    .hasMessageContaining("permission denied");
        }

        assertThat(queued("queue_public_item")).containsExactly("c 1", "d 1", "c 2", "d 2", "t null");
    }

    /** What a writer puts before the catalog, or in its place, never runs with the rights of the queue's owner. */
    @Test
    void searchPathAndTemporaryTablesOfAWriterChangeNothing() throws SQLException {
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY, name text)",
                "CREATE SCHEMA trap",
                "CREATE TABLE trap.stolen (who text)",
                "CREATE FUNCTION trap.pg_current_xact_id() RETURNS xid8 LANGUAGE plpgsql AS"
                        + " 'BEGIN INSERT INTO trap.stolen VALUES (current_user); RETURN 0::text::xid8; END'",
                "CREATE FUNCTION trap.format(text, name) RETURNS text LANGUAGE plpgsql AS"
                        + " 'BEGIN INSERT INTO trap.stolen VALUES (current_user); RETURN 1; END'",
                "CREATE FUNCTION trap.concat(text) RETURNS text LANGUAGE plpgsql AS"
                        + " 'BEGIN INSERT INTO trap.stolen VALUES (current_user); RETURN 1; END'",
                "CREATE FUNCTION trap.same(int, int) RETURNS boolean LANGUAGE plpgsql AS"
                        + " 'BEGIN INSERT INTO trap.stolen VALUES (current_user); RETURN false; END'",
                "CREATE OPERATOR trap.= (LEFTARG = int, RIGHTARG = int, FUNCTION = trap.same)",
                "CREATE FUNCTION trap.joined(text, text) RETURNS text LANGUAGE plpgsql AS"
                        + " 'BEGIN INSERT INTO trap.stolen VALUES (current_user); RETURN 1; END'",
                "CREATE OPERATOR trap.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = trap.joined)");
        Role writer = database.createRole("writer");
        database.execute(
                "GRANT ALL ON item TO \"" + writer.name() + "\"",
                "GRANT USAGE ON SCHEMA trap TO PUBLIC",
                "GRANT ALL ON trap.stolen TO PUBLIC");
        setup.register(
                connection,
                "shop/p",
                ITEM,
                new QueueWish(List.of("id"), new QueueContent(OldRows.KEPT, List.of("name"))));

        try (Connection session = database.connection(writer);
                Statement statement = session.createStatement()) {
            statement.execute("CREATE TEMPORARY TABLE pg_attribute (attrelid oid, attname name, atttypid oid,"
                    + " atttypmod int, attnum int2, attisdropped boolean, attgenerated \"char\")");
            statement.execute("CREATE TEMPORARY TABLE pg_type (oid oid, typbasetype oid)");
            statement.execute("CREATE TEMPORARY TABLE queue_public_item (id int)");
            statement.execute("SET search_path = pg_temp, trap, pg_catalog, public");
            statement.execute("INSERT INTO public.item VALUES (1, 'a'), (2, 'b')");
            statement.execute("UPDATE public.item SET name = 'c' WHERE name LIKE 'a'");
            statement.execute("UPDATE public.item SET id = id + 10 WHERE name LIKE 'b'");
            statement.execute("DELETE FROM public.item WHERE name LIKE 'c'");
            statement.execute("TRUNCATE public.item");
        }

        assertThat(queued("queue_public_item")).containsExactly("c 1", "c 2", "u 1", "d 2", "c 12", "d 1", "t null");
        assertThat(database.column("SELECT old_values FROM tablecast.queue_public_item WHERE op = 'd' ORDER BY id"))
                .containsExactly("{2,b}", "{1,c}");
        assertThat(database.column("SELECT who FROM trap.stolen")).isEmpty();
    }

    @Test
    void replicaWritersAreSeen() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)");
        setup.register(connection, "shop/p", ITEM, ID);

        database.execute("SET session_replication_role = replica; INSERT INTO item VALUES (1); TRUNCATE item");

        assertThat(queued("queue_public_item")).containsExactly("c 1", "t null");
    }

    @Test
    void columnsOutsideTheKeyMayChangeUnderOpenSessions() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, a text, b text)");
        setup.register(connection, "shop/p", ITEM, ID);
        String update = "UPDATE item SET id = id + 1";

        try (Connection writer = database.connection();
                Statement statement = writer.createStatement()) {
            statement.execute("INSERT INTO item VALUES (1)");
            statement.execute(update);
            database.execute("ALTER TABLE item ADD COLUMN c int DEFAULT 3");
            statement.execute(update);
            database.execute("ALTER TABLE item DROP COLUMN a");
            statement.execute(update);
            database.execute("ALTER TABLE item RENAME COLUMN b TO d");
            statement.execute(update);
            database.execute("ALTER TABLE item ALTER COLUMN c TYPE text");
            statement.execute(update);
        }

        assertThat(queued("queue_public_item"))
                .containsExactly("c 1", "d 1", "c 2", "d 2", "c 3", "d 3", "c 4", "d 4", "c 5", "d 5", "c 6");
    }

    @ParameterizedTest
    @CsvSource({"ALTER TABLE item RENAME COLUMN id TO number", "ALTER TABLE item ALTER COLUMN id TYPE bigint"})
    void changedKeyColumnAsksForARepullAndNeverFailsWriters(String change) throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, price int)", "INSERT INTO item VALUES (1)");
        setup.register(connection, "shop/p", ITEM, ID);

        database.execute(change, "UPDATE item SET price = 2");

        assertThat(queued("queue_public_item")).containsExactly("p null");
    }

    @Test
    void partitionedTableIsQueuedRowByRowHoweverItIsWritten() throws SQLException {
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY, price int) PARTITION BY RANGE (id)",
                "CREATE TABLE item_low PARTITION OF item FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE item_high PARTITION OF item FOR VALUES FROM (10) TO (20)");
        setup.register(connection, "shop/p", ITEM, ID);

        database.execute(
                "INSERT INTO item VALUES (1), (11)",
                "UPDATE item_low SET price = 5",
                "UPDATE item SET id = 12 WHERE id = 1",
                "CREATE TABLE item_top PARTITION OF item FOR VALUES FROM (20) TO (30)",
                "INSERT INTO item_top VALUES (21)",
                "TRUNCATE item_high",
                "TRUNCATE item");

        assertThat(queued("queue_public_item"))
                .containsExactly("c 1", "c 11", "u 1", "d 1", "c 12", "c 21", "p null", "t null");
    }

    @Test
    void inheritanceChildrenAreQueuedOnceHoweverTheyAreWritten() throws SQLException {
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY, price int)",
                "CREATE TABLE item_child (extra text, PRIMARY KEY (id)) INHERITS (item)");
        setup.register(connection, "shop/p", ITEM, ID);

        database.execute(
                "INSERT INTO item_child VALUES (2)",
                "INSERT INTO item VALUES (1)",
                "UPDATE item SET price = 3",
                "DELETE FROM item_child",
                "TRUNCATE item_child",
                "TRUNCATE item");

        assertThat(queued("queue_public_item")).containsExactly("c 2", "c 1", "u 1", "u 2", "d 2", "p null", "t null");
    }

    @Test
    void partitionCapturedOnItsOwnSeesRowsThatComeThroughItsParent() throws SQLException {
        database.execute(
                "CREATE TABLE item_all (id int PRIMARY KEY) PARTITION BY RANGE (id)",
                "CREATE TABLE item PARTITION OF item_all FOR VALUES FROM (0) TO (10)");
        setup.register(connection, "shop/p", ITEM, ID);

        database.execute("INSERT INTO item_all VALUES (1)", "DELETE FROM item_all", "TRUNCATE item_all");

        assertThat(queued("queue_public_item")).containsExactly("c 1", "d 1", "t null");
    }

    private Connection open() throws SQLException {
        Connection opened = database.connection();
        opened.setAutoCommit(false);
        return opened;
    }

    private List<String> queued(String queue) {
        return database.column(
                "SELECT op::text || ' ' || coalesce(k1::text, 'null') FROM tablecast.\"" + queue + "\" ORDER BY id");
    }
}
