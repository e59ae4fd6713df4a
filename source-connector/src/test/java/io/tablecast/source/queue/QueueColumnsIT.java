// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.PostgresVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of which only some columns are captured. */
@ParameterizedClass
@EnumSource(names = {"OLDEST", "NEWEST"})
class QueueColumnsIT {

    private static final TableId ITEM = new TableId("public", "item");

    private final PostgresVersion version;
    private Database database;
    private FollowedLog log;

    QueueColumnsIT(PostgresVersion version) {
        this.version = version;
    }

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared(version).createDatabase();
        log = new FollowedLog(database, "shop", Map.of("columns", "id,name,n,doc"));
    }

    @AfterEach
    void dropDatabase() {
        log.close();
        database.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " PARTITION BY HASH (id); CREATE TABLE item_0 PARTITION OF item FOR VALUES WITH (MODULUS 1, REMAINDER 0)"
            })
    void onlyUpdatesThatChangeCapturedValuesAreSent(String partitioning) {
        String table =
                "CREATE TABLE item (id int PRIMARY KEY, name text, n numeric, doc json, note text)" + partitioning;
        database.execute(table.split(";"));
        database.execute(
                "INSERT INTO item SELECT g, 'n', 1.0, '{}', 'x' FROM generate_series(1, 6) g",
                // What a statement names is not all that it changes.
                "CREATE FUNCTION rename() RETURNS trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN IF NEW.note = ''rename'' THEN NEW.name := ''renamed''; END IF; RETURN NEW; END'",
                "CREATE TRIGGER rename BEFORE UPDATE ON item FOR EACH ROW EXECUTE FUNCTION rename()");
        log.start(ITEM);
        log.awaitSize(7);

        database.execute(
                "UPDATE item SET note = 'y'",
                "UPDATE item SET name = name, n = 1.0 WHERE id = 1",
                "UPDATE item SET note = 'rename' WHERE id = 2",
                "UPDATE item SET n = 1.00 WHERE id = 3",
                "UPDATE item SET doc = '{ }' WHERE id = 4",
                "UPDATE item SET name = NULL WHERE id = 5",
                "UPDATE item SET id = 7, note = 'z' WHERE id = 6",
                "DELETE FROM item WHERE id = 1");
        log.awaitSize(16);

        assertThat(log.brief(7)).containsExactly("u 2", "u 3", "u 4", "u 5", "d 6", "- 6", "c 7", "d 1", "- 1");
        assertThat(database.number("SELECT count(*) FROM tablecast.queue_public_item"))
                .isEqualTo(7);
    }

    @Test
    void columnsThatAnybodyReadsAreWatchedAndNoneWhenOneIsMissing() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, a int, b int, c int)", "INSERT INTO item VALUES (1)");
        QueueSetup setup = new QueueSetup(new QueueRegistry("tablecast"));
        try (Connection connection = database.connection()) {
            connection.setAutoCommit(false);
            setup.register(connection, "one/p", ITEM, watching("id", "a"));
            setup.register(connection, "two/p", ITEM, watching("id", "b"));
            database.execute("UPDATE item SET a = 1", "UPDATE item SET b = 1", "UPDATE item SET c = 1");
            assertThat(queued()).isEqualTo(2);

            database.execute("ALTER TABLE item DROP COLUMN b", "UPDATE item SET c = 2");
            assertThat(queued()).isEqualTo(3);

            setup.register(connection, "two/p", ITEM, Wishes.ofKey("id"));
            database.execute("UPDATE item SET c = 3");
            assertThat(queued()).isEqualTo(4);
        }
    }

    @Test
    void otherListOfColumnsIsAChangeOfTheSchema() {
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY, name text, n numeric, doc json, note text)",
                "INSERT INTO item VALUES (1, 'a', 1, '{}', 'x')");
        log.start(ITEM);
        log.awaitSize(2);
        log.storeAll();
        log.crash();

        startWith("id,name");
        log.awaitSize(2);
        database.execute("UPDATE item SET n = 2", "UPDATE item SET name = 'b'");
        log.awaitSize(3);
        assertThat(log.brief(2)).containsExactly("u 1");
        assertThat(RecordHeaders.schemaChanges(log.records(2).get(0).headers()))
                .containsExactly(new SchemaChange.Drop("n"), new SchemaChange.Drop("doc"));
        log.storeAll();
        log.crash();

        // Nobody has the values that rows had in a column that was left out.
        startWith("id,name,note");
        log.awaitCopies(2);
        database.execute("UPDATE item SET note = 'y'");
        log.awaitSize(6);
        assertThat(log.brief(3)).containsExactly("t", "r 1", "u 1");
    }

    private void startWith(String columns) {
        log.change("columns", columns);
        log.start(ITEM);
    }

    private long queued() {
        return database.number("SELECT count(*) FROM tablecast.queue_public_item");
    }

    private static QueueWish watching(String... columns) {
        return new QueueWish(List.of("id"), new QueueContent(OldRows.LEFT_OUT, List.of(columns)));
    }
}
