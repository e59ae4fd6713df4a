// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.postgres.SourceTable;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.PostgresVersion;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Deletes that carry all values of the old row. */
@ParameterizedClass
@EnumSource(names = {"OLDEST", "NEWEST"})
class QueueOldRowsIT {

    private static final TableId ITEM = new TableId("public", "item");
    private static final String PARTITIONED = "CREATE TABLE item (id int, %s, PRIMARY KEY (id)) PARTITION BY HASH (id);"
            + "CREATE TABLE item_0 PARTITION OF item FOR VALUES WITH (MODULUS 2, REMAINDER 0);"
            // Its columns are numbered otherwise.
            + "CREATE TABLE item_1 (gone int, id int NOT NULL, other text, %s); ALTER TABLE item_1 DROP COLUMN gone,"
            + " DROP COLUMN other; ALTER TABLE item ATTACH PARTITION item_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1)";

    private static final QueueWish ALL = new QueueWish(List.of("id"), new QueueContent(OldRows.KEPT, List.of()));

    /** Under settings whose text forms are unlike those that are read; the driver must not notice. */
    private static final String ODD_DELETE = """
            DO $$BEGIN
                SET LOCAL "DateStyle" = 'German';
                SET LOCAL "IntervalStyle" = 'sql_standard';
                SET LOCAL "TimeZone" = 'America/St_Johns';
                SET LOCAL extra_float_digits = -10;
                SET LOCAL bytea_output = 'escape';
                SET LOCAL xmloption = 'document';
                DELETE FROM item;
            END$$""";

    private final PostgresVersion version;
    private Database database;
    private FollowedLog log;

    QueueOldRowsIT(PostgresVersion version) {
        this.version = version;
    }

    @BeforeEach
    void createDatabase() {
        database = PostgresServer.shared(version).createDatabase();
        log = new FollowedLog(database, "shop", Map.of("queue.old.rows", "true"));
    }

    @AfterEach
    void dropDatabase() {
        log.close();
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"statement", "row"})
    void valuesOfEveryTypeAreTheSameInTheDelete(String level) {
        TypedValues.makeTypes(database);
        String columns = TypedValues.columns(database);
        if (level.equals("statement")) {
            database.execute("CREATE TABLE item (id int PRIMARY KEY, " + columns + ")");
        } else {
            database.execute(PARTITIONED.formatted(columns, columns).split("; ?"));
        }
        log.start(ITEM);
        log.awaitSize(1);

        int rows = TypedValues.insertInto(database, "item");
        log.awaitSize(1 + rows);
        database.execute(ODD_DELETE);
        log.awaitSize(1 + 3 * rows);

        Map<Object, Struct> created = new HashMap<>();
        for (SourceRecord record : log.records(1)) {
            if (record.value() == null) {
                continue;
            }
            Struct envelope = (Struct) record.value();
            if (envelope.getString("op").equals("c")) {
                created.put(record.key(), envelope.getStruct("after"));
                continue;
            }
            assertThat(RecordHeaders.isBeforeFull(record.headers())).isTrue();
            assertThat(values(envelope.getStruct("before"))).isEqualTo(values(created.remove(record.key())));
        }
        assertThat(created).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"statement", "row"})
    void rowThatLeavesItsKeyIsWholeInTheDelete(String level) {
        if (level.equals("statement")) {
            database.execute("CREATE TABLE item (id int PRIMARY KEY, name text)");
        } else {
            database.execute(PARTITIONED.formatted("name text", "name text").split("; ?"));
        }
        database.execute("INSERT INTO item VALUES (1, 'a'), (2, 'b'), (3, 'c')");
        log.start(ITEM);
        log.awaitSize(4);

        database.execute("UPDATE item SET id = id + 10, name = 'new' WHERE id < 3");
        log.awaitSize(10);

        assertThat(before(4)).containsExactlyInAnyOrder("1|a", "2|b");
        assertThat(log.brief(4)).contains("c 11", "c 12");
    }

    @Test
    void changedColumnsAreThoseOfNowInRowsThatWereDeletedBefore() {
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY, name varchar(5), dropped text, at timestamp, n numeric(5,2))",
                "INSERT INTO item SELECT g, 'n' || g, 'x', '2020-01-01 12:00', g FROM generate_series(1, 5) g");
        log.start(ITEM);
        log.awaitSize(6);
        log.storeAll();
        log.crash();

        // Nothing is set up anew in between: the triggers see each table as it is.
        database.execute(
                "DELETE FROM item WHERE id = 1",
                "ALTER TABLE item RENAME COLUMN name TO title",
                "ALTER TABLE item ALTER COLUMN title TYPE varchar(50)",
                "ALTER TABLE item DROP COLUMN dropped",
                "ALTER TABLE item ADD COLUMN weight int NOT NULL DEFAULT 7",
                "SET \"TimeZone\" = 'UTC'; ALTER TABLE item ALTER COLUMN at TYPE timestamptz",
                "UPDATE item SET weight = 8 WHERE id = 3",
                "DELETE FROM item WHERE id IN (2, 3)");
        log.start(ITEM);
        log.awaitSize(12);
        database.execute("ALTER TABLE item ADD COLUMN note text", "DELETE FROM item WHERE id = 4");
        log.awaitSize(14);

        assertThat(log.copies()).isEqualTo(1);
        assertThat(before(6))
                .containsExactly(
                        "1|n1|2020-01-01T12:00:00.000000Z|1.00|7",
                        "2|n2|2020-01-01T12:00:00.000000Z|2.00|7",
                        "3|n3|2020-01-01T12:00:00.000000Z|3.00|8",
                        "4|n4|2020-01-01T12:00:00.000000Z|4.00|7|null");
    }

    @Test
    void valuesThatDoNotFitAnyMoreLeaveTheKey() {
        database.execute(
                "CREATE TYPE mood AS ENUM ('glad', 'sad')",
                "CREATE TABLE item (id int PRIMARY KEY, name text, mood mood[])",
                "INSERT INTO item VALUES (1, NULL, '{sad}'), (2, 'b', '{glad}'), (3, 'c', '{glad}')");
        log.start(ITEM);
        log.awaitSize(4);
        log.storeAll();
        log.crash();

        database.execute("DELETE FROM item WHERE id = 1", "ALTER TABLE item ALTER COLUMN name SET NOT NULL");
        log.start(ITEM);
        log.awaitSize(6);
        log.storeAll();
        log.crash();
        database.execute("DELETE FROM item WHERE id = 2", "ALTER TYPE mood RENAME VALUE 'glad' TO 'happy'");
        log.start(ITEM);
        log.awaitSize(8);
        database.execute("DELETE FROM item WHERE id = 3");
        log.awaitSize(10);

        assertThat(before(4)).containsExactly("3|c|[happy]");
        assertThat(log.brief(4)).containsExactly("d 1", "- 1", "d 2", "- 2", "d 3", "- 3");
    }

    @Test
    void virtualColumnsAreComputedFromTheOldRow() {
        assumeThat(database.number("SELECT current_setting('server_version_num')"))
                .isGreaterThanOrEqualTo(180_000);
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY, n int, twice int GENERATED ALWAYS AS (n * 2) VIRTUAL)",
                "INSERT INTO item VALUES (1, 21)");
        log.start(ITEM);
        log.awaitSize(2);

        database.execute("DELETE FROM item");
        log.awaitSize(4);

        assertThat(before(2)).containsExactly("1|21|42");
    }

    @Test
    void deletesOfRowsThatTheConditionLeftOutAreWithheld() {
        conditioned("n > 0", 3);

        database.execute("DELETE FROM item WHERE id = 3", "DELETE FROM item WHERE id = 1");
        log.awaitSize(5);
        // The row leaves by an update and is deleted before anybody has read: it must be deleted.
        database.execute(
                "BEGIN; UPDATE item SET n = -1 WHERE id = 2; DELETE FROM item WHERE id = 2; COMMIT",
                "INSERT INTO item VALUES (9, 9)");
        log.awaitSize(8);

        assertThat(log.brief(3)).containsExactly("d 1", "- 1", "d 2", "- 2", "c 9");
        assertThat(before(3)).containsExactly("1|1", "2|-1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "n > 0 AND EXISTS (SELECT FROM pg_class LIMIT 1)",
                "n > 0 AND now() > '2020-01-01'",
                "n > 0 AND tableoid IS NOT NULL"
            })
    void deletesAreSentWhereTheConditionAsksMoreThanTheRow(String condition) {
        conditioned(condition, 3);

        database.execute("DELETE FROM item WHERE id = 3");
        log.awaitSize(5);

        assertThat(log.brief(3)).containsExactly("d 3", "- 3");
        assertThat(before(3)).containsExactly("3|-3");
    }

    /** Whoever asks has locked the table: it must not wait for somebody who waits for that lock, nor keep writers waiting. */
    @Test
    void judgementOfAConditionDoesNotWaitForATableThatIsChanged() throws SQLException {
        conditioned("n > 0", 3);
        log.close();
        SourceSettings settings = SourceSettings.parse(log.properties());
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try (Connection asking = database.connection();
                Connection changing = database.connection();
                Statement statement = changing.createStatement()) {
            SourceTable table = new SourceCatalog(asking, settings.records())
                    .table(ITEM, settings.of(ITEM))
                    .orElseThrow();
            changing.setAutoCommit(false);
            statement.execute("LOCK TABLE item IN ACCESS EXCLUSIVE MODE");

            Future<StoredRow.Judgement> judgement = executor.submit(() -> ConditionJudgement.of(asking, table));

            assertThatThrownBy(() -> judgement.get(20, TimeUnit.SECONDS))
                    .hasMessageContaining("canceling statement due to lock timeout");
            statement.execute("ALTER TABLE item ADD COLUMN more text");
            changing.commit();
            assertThat(ConditionJudgement.of(asking, table)).isEqualTo(StoredRow.Judgement.OF_ROW_ALONE);
        } finally {
            executor.shutdownNow();
        }
    }

    @Test
    void queueKeepsOldRowsWhileAnyOfItsReadersNeedsThem() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, name text)", "INSERT INTO item VALUES (1, 'a')");
        QueueSetup setup = new QueueSetup(new QueueRegistry("tablecast"));
        QueueWish key = Wishes.ofKey("id");
        try (Connection connection = database.connection()) {
            connection.setAutoCommit(false);
            long generation =
                    setup.register(connection, "one/p", ITEM, key).queue().generation();

            assertThat(setup.register(connection, "two/p", ITEM, ALL)
                            .queue()
                            .content()
                            .oldRows())
                    .isEqualTo(OldRows.KEPT);
            assertThat(setup.register(connection, "one/p", ITEM, key)
                            .queue()
                            .content()
                            .oldRows())
                    .isEqualTo(OldRows.KEPT);
            database.execute("DELETE FROM item");
            assertThat(database.rows("SELECT op, k1, old_values FROM tablecast.queue_public_item"))
                    .containsExactly(List.of("d", "1", "{1,a}"));
            InstalledQueue last = setup.register(connection, "two/p", ITEM, key).queue();
            database.execute("INSERT INTO item VALUES (2, 'b')", "DELETE FROM item");

            assertThat(last.content().oldRows()).isEqualTo(OldRows.LEFT_OUT);
            assertThat(last.generation()).isEqualTo(generation);
            assertThat(database.rows("SELECT op, k1 FROM tablecast.queue_public_item WHERE old_values IS NULL"))
                    .containsExactly(List.of("c", "2"), List.of("d", "2"));
        }
    }

    @Test
    void queuesOfTheFirstVersionGoOnWithoutAnotherCopy() throws SQLException {
        database.execute("CREATE TABLE item (id int PRIMARY KEY, name text)", "INSERT INTO item VALUES (1, 'a')");
        QueueRegistry registry = new QueueRegistry("tablecast");
        QueueSetup setup = new QueueSetup(registry);
        try (Connection connection = database.connection()) {
            connection.setAutoCommit(false);
            InstalledQueue before = setup.register(connection, "one/p", ITEM, Wishes.ofKey("id"))
                    .queue();
            database.execute(
                    "ALTER TABLE tablecast.queue DROP COLUMN old_rows, DROP COLUMN watched_columns, DROP COLUMN format",
                    "ALTER TABLE tablecast.queue_consumer DROP COLUMN old_rows, DROP COLUMN watched_columns",
                    "ALTER TABLE tablecast.queue_public_item DROP COLUMN old_columns, DROP COLUMN old_values",
                    "UPDATE tablecast.queue SET members = (SELECT array_agg(regexp_replace(m, 'f[0-9]+', '') ORDER BY n)"
                            + " FROM unnest(members) WITH ORDINALITY AS old(m, n) WHERE m NOT LIKE '0=%')",
                    "UPDATE tablecast.queue_version SET version = 1",
                    "INSERT INTO item VALUES (2, 'b')");

            InstalledQueue after =
                    setup.register(connection, "one/p", ITEM, ALL).queue();
            database.execute("DELETE FROM item WHERE id = 1");

            assertThat(after.generation()).isEqualTo(before.generation());
            assertThat(database.value("SELECT version FROM tablecast.queue_version"))
                    .isEqualTo("2");
            assertThat(database.rows("SELECT op, k1, old_values FROM tablecast.queue_public_item ORDER BY id"))
                    .extracting(List::toString)
                    .containsExactly("[c, 2, null]", "[d, 1, {1,a}]");
        }
    }

    private void conditioned(String condition, int sizeAfterwards) {
        log.close();
        log = new FollowedLog(database, "shop", Map.of("queue.old.rows", "true", "condition", condition));
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY, n int)", "INSERT INTO item VALUES (1, 1), (2, 2), (3, -3)");
        log.start(ITEM);
        log.awaitSize(sizeAfterwards);
    }

    /** The old rows of whole deletes from the given record on. */
    private List<String> before(int from) {
        return log.records(from).stream()
                .filter(record -> RecordHeaders.isBeforeFull(record.headers()))
                .map(record -> String.join("|", values(((Struct) record.value()).getStruct("before"))))
                .toList();
    }

    private static List<String> values(Struct row) {
        return row.schema().fields().stream()
                .map(field -> text(row.getWithoutDefault(field.name())))
                .toList();
    }

    /** A text that tells two values apart, whatever they are made of. */
    private static String text(Object value) {
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return HexFormat.of().formatHex(bytes);
        }
        if (value instanceof Struct struct) {
            return values(struct).toString();
        }
        if (value instanceof List<?> list) {
            return list.stream().map(QueueOldRowsIT::text).toList().toString();
        }
        return String.valueOf(value);
    }
}
