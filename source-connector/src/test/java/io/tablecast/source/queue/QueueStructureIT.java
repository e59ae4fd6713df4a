// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SchemaChange;
import io.tablecast.contract.table.Column;
import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Columns, keys, triggers and partitions that change while a table is followed. */
class QueueStructureIT {

    private static final TableId ITEM = new TableId("public", "item");
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Database database;
    private FollowedLog log;

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared().createDatabase();
        log = new FollowedLog(database, "shop", Map.of());
    }

    @AfterEach
    void dropDatabase() {
        log.close();
        database.close();
    }

    @Test
    void addedColumnIsAnnouncedWithTheValueOfEarlierRows() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, old text)", "INSERT INTO item VALUES (1, 'x')");
        log.start(ITEM);
        log.awaitSize(2);

        database.execute(
                "ALTER TABLE item ADD COLUMN day date NOT NULL DEFAULT '2026-01-31'::date + 1",
                "ALTER TABLE item ALTER COLUMN day DROP DEFAULT",
                "ALTER TABLE item ADD COLUMN note varchar(5)",
                "ALTER TABLE item RENAME COLUMN old TO kept",
                "ALTER TABLE item ALTER COLUMN note TYPE varchar(9)");
        execute("INSERT INTO item VALUES (2, 'y', '2026-03-01', 'n')", 3);
        execute("ALTER TABLE item DROP COLUMN kept; UPDATE item SET note = 'm' WHERE id = 2", 4);

        SourceRecord first = log.records(0).get(2);
        SourceRecord second = log.records(0).get(3);
        List<SchemaChange> changes = RecordHeaders.schemaChanges(first.headers());
        assertThat(changes).hasSize(3).contains(new SchemaChange.Rename("old", "kept"));
        assertThat(changes)
                .filteredOn(SchemaChange.Add.class::isInstance)
                .map(change -> ((SchemaChange.Add) change).column())
                .extracting(Column::name, Column::type, Column::defaultExpression)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("day", "date", "'2026-02-01'::date"),
                        org.assertj.core.groups.Tuple.tuple("note", "character varying(9)", ""));
        assertThat(((Struct) first.value()).getStruct("after").getString("kept"))
                .isEqualTo("y");
        assertThat(RecordHeaders.schemaChanges(second.headers())).containsExactly(new SchemaChange.Drop("kept"));
        assertThat(log.copies()).isEqualTo(1);
    }

    @Test
    void changeOfColumnsIsAnnouncedAfterARestartToo() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, a text)", "INSERT INTO item VALUES (1, 'x')");
        log.start(ITEM);
        log.awaitSize(2);
        log.storeAll();
        log.crash();

        database.execute("ALTER TABLE item RENAME COLUMN a TO b", "INSERT INTO item VALUES (2, 'y')");
        log.start(ITEM);
        log.awaitSize(3);

        assertThat(RecordHeaders.schemaChanges(log.records(2).get(0).headers()))
                .containsExactly(new SchemaChange.Rename("a", "b"));
        assertThat(log.brief(0)).containsExactly("t", "r 1", "c 2");
    }

    @Test
    void rewrittenValuesMakeTheTableBeCopiedAgain() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, a text)", "INSERT INTO item VALUES (1, 'x')");
        log.start(ITEM);
        log.awaitSize(2);
        execute("INSERT INTO item VALUES (2, 'y')", 3);

        database.execute("ALTER TABLE item ALTER COLUMN a TYPE varchar USING upper(a)");
        log.awaitCopies(2);
        log.awaitEqual(ITEM, 1);

        database.execute("ALTER TABLE item ADD COLUMN r float8 DEFAULT random()");
        log.awaitCopies(3);
        log.awaitEqual(ITEM, 1);
    }

    @Test
    void changedKeyMakesTheTableBeCopiedAgain() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, a text)", "INSERT INTO item VALUES (1, 'x')");
        log.start(ITEM);
        log.awaitSize(2);

        database.execute("ALTER TABLE item RENAME COLUMN id TO number", "INSERT INTO item VALUES (2, 'y')");
        log.awaitEqual(ITEM, 1);
        database.execute(
                "ALTER TABLE item ALTER COLUMN number TYPE bigint", "INSERT INTO item VALUES (3000000000, 'y')");
        log.awaitEqual(ITEM, 1);
        assertThat(log.copies()).isGreaterThan(2);
    }

    @Test
    void primaryKeyOfOtherColumnsMakesTheTableBeCopiedAgain() {
        database.execute(
                "CREATE TABLE item (tenant int NOT NULL, id int NOT NULL PRIMARY KEY)",
                "INSERT INTO item VALUES (1, 1)");
        log.start(ITEM);
        log.awaitSize(2);
        execute("INSERT INTO item VALUES (1, 2)", 3);

        database.execute(
                "ALTER TABLE item DROP CONSTRAINT item_pkey, ADD PRIMARY KEY (tenant, id)",
                "INSERT INTO item VALUES (2, 1)");

        log.awaitEqual(ITEM, 2);
        assertThat(log.copies()).isEqualTo(2);
    }

    @Test
    void labelThatIsAddedToAnEnumIsInTheSchemaOfItsRows() {
        database.execute(
                "CREATE TYPE mood AS ENUM ('sad', 'glad')", "CREATE TABLE item (id int PRIMARY KEY, moods mood[])");
        log.start(ITEM);
        log.awaitSize(1);
        execute("INSERT INTO item VALUES (1, '{sad}')", 2);

        database.execute("ALTER TYPE mood ADD VALUE 'so so' BEFORE 'glad'");
        execute("INSERT INTO item VALUES (2, '{so so}')", 3);

        assertThat(log.records(2)
                        .get(0)
                        .valueSchema()
                        .field("after")
                        .schema()
                        .field("moods")
                        .schema()
                        .valueSchema()
                        .parameters())
                .containsEntry("allowed", "sad,so so,glad");
        assertThat(log.copies()).isEqualTo(1);
    }

    @Test
    void conditionThatNamesAColumnWhichIsGoneIsAFaultOfItsTable() {
        log.close();
        log = new FollowedLog(database, "shop", Map.of("condition", "a IS NOT NULL"));
        database.execute("CREATE TABLE item (id int PRIMARY KEY, a text)", "INSERT INTO item VALUES (1, 'x')");
        log.start(ITEM);
        log.awaitSize(2);

        database.execute("ALTER TABLE item DROP COLUMN a");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(log.failure())
                        .hasMessageContaining("Cannot read public.item")
                        .hasMessageContaining("column \"a\" does not exist"));
    }

    @Test
    void changesPastTheQueueMakeTheTableBeCopiedAgain() {
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "INSERT INTO item VALUES (1)");
        log.start(ITEM);
        log.awaitSize(2);

        database.execute(
                "ALTER TABLE item DISABLE TRIGGER tablecast_insert",
                "INSERT INTO item VALUES (2)",
                "ALTER TABLE item ENABLE ALWAYS TRIGGER tablecast_insert");
        log.awaitEqual(ITEM, 1);

        // The reader's queries may be in the way of so many locks at once.
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            database.execute("DROP SCHEMA tablecast CASCADE", "INSERT INTO item VALUES (3)");
            return true;
        });
        log.awaitEqual(ITEM, 1);
        database.execute("DROP TABLE tablecast.queue_public_item CASCADE");
        log.awaitCopies(4);
        database.execute("INSERT INTO item VALUES (4)");
        log.awaitEqual(ITEM, 1);
    }

    @Test
    void partitionsAreFollowedAndTheirTruncateCopiesTheTableAgain() {
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY, a text) PARTITION BY RANGE (id)",
                "CREATE TABLE item_1 PARTITION OF item FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE item_2 PARTITION OF item FOR VALUES FROM (10) TO (20)",
                "INSERT INTO item VALUES (1, 'x'), (11, 'y')");
        log.start(ITEM);
        log.awaitSize(3);

        execute("UPDATE item SET id = 12 WHERE id = 1", 6);
        database.execute("CREATE TABLE item_3 PARTITION OF item FOR VALUES FROM (20) TO (30)");
        execute("INSERT INTO item_3 VALUES (21, 'z')", 7);
        assertThat(log.brief(3)).containsExactly("d 1", "- 1", "c 12", "c 21");
        assertThat(log.copies()).isEqualTo(1);

        database.execute("TRUNCATE item_2");
        log.awaitCopies(2);
        log.awaitEqual(ITEM, 1);
        database.execute("DROP TABLE item_3");
        log.awaitCopies(3);
        log.awaitEqual(ITEM, 1);
    }

    @Test
    void rewriteWaitsForAWindowAndAWindowForARewrite() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, a text)", "INSERT INTO item VALUES (1, 'x')");
        log.start(ITEM);
        log.awaitSize(2);

        try (Connection session = database.connection();
                Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            statement.execute("LOCK TABLE item IN ACCESS EXCLUSIVE MODE");
            statement.execute("UPDATE item SET a = 'y'");
            statement.execute("ALTER TABLE item ALTER COLUMN a TYPE varchar(9)");
            statement.execute("INSERT INTO item VALUES (2, 'z')");
            session.commit();
        }

        log.awaitEqual(ITEM, 1);
        assertThat(log.brief(2)).doesNotContain("d 1");
    }

    @Test
    void tableThatIsRemovedLeavesTheOthersAloneAndIsReadWhenItIsBack() {
        TableId other = new TableId("public", "other");
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "CREATE TABLE other (id int PRIMARY KEY)");
        log.start(ITEM, other);
        log.awaitSize(2);

        database.execute("DROP TABLE item", "INSERT INTO other VALUES (1)");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(log.rows(other)).containsKey("1"));
        database.execute("CREATE TABLE item (id int PRIMARY KEY)", "INSERT INTO item VALUES (5)");

        log.awaitEqual(ITEM, 1);
        assertThat(log.copies()).isEqualTo(3);
    }

    private void execute(String sql, int sizeAfterwards) {
        database.execute(sql);
        log.awaitSize(sizeAfterwards);
    }
}
