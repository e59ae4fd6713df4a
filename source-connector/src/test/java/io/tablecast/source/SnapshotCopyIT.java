// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.SnapshotBegin;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.record.SnapshotOrdinal;
import io.tablecast.contract.table.Index;
import io.tablecast.contract.table.Sequence;
import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.Role;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnapshotCopyIT {

    private final Database database = PostgresServer.shared().createDatabase();
    private final StoredOffsets offsets = new StoredOffsets();

    @BeforeEach
    void createSchema() {
        database.execute("CREATE SCHEMA shop");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void rowsStandBetweenTheirMarkersWithOrdinals() {
        createItems(2500);

        List<SourceRecord> records = copy(table("items"), Map.of());

        SnapshotBegin begin = RecordHeaders.begin(records.get(0).headers()).orElseThrow();
        assertThat(begin.mode()).isEqualTo("snapshot");
        assertThat(begin.interleaved()).isFalse();
        assertThat(TaskRun.envelope(records.get(0)).getString("op")).isEqualTo("t");
        assertThat(records).hasSize(2501);
        for (int ordinal = 1; ordinal <= 2500; ordinal++) {
            Struct source = TaskRun.envelope(records.get(ordinal)).getStruct("source");
            assertThat(SnapshotOrdinal.ofSequence(source.getString("sequence")))
                    .contains(new SnapshotOrdinal(begin.id(), ordinal));
        }
        assertThat(RecordHeaders.end(records.get(2500).headers())).contains(new SnapshotEnd(begin.id(), 2500));
        assertThat(records.subList(1, 2500)).noneMatch(TaskRun::isEnd);
        assertThat(TaskRun.rows(records, "id")).hasSize(2500);
    }

    @Test
    void valuesKeepTheirTypes() {
        createItems(3);

        Struct row = TaskRun.rows(copy(table("items"), Map.of()), "id").get(2L);

        assertThat(row.getString("name")).isEqualTo("item 2");
        assertThat(row.get("price")).isEqualTo(new BigDecimal("3.00"));
        assertThat(row.getString("mood")).isEqualTo("ok");
        assertThat(row.getString("at")).isEqualTo("2026-01-02T03:04:05.678901Z");
        assertThat(row.get("note")).isNull();
        assertThat(row.schema().field("mood").schema().parameters()).containsKey("tablecast.column.type");
    }

    @Test
    void sourceTypesArePropagatedWhereAskedFor() {
        createItems(1);

        Struct row = TaskRun.rows(
                        copy(table("items"), Map.of("column.propagate.source.type", "shop\\..*\\.price")), "id")
                .get(1L);

        assertThat(row.schema().field("price").schema().parameters())
                .containsEntry("__debezium.source.column.type", "NUMERIC")
                .containsEntry("__debezium.source.column.length", "12")
                .containsEntry("__debezium.source.column.scale", "2");
        assertThat(row.schema().field("note").schema().parameters())
                .containsOnly(Map.entry("tablecast.column.type", "character varying(20)"));
    }

    @Test
    void beginCarriesTheWholeStructure() {
        createItems(1);
        database.execute(
                "CREATE UNIQUE INDEX \"Odd USING name\" ON shop.items (lower(name)) WHERE price > 0",
                "CREATE TABLE shop.lines (item bigint REFERENCES shop.items ON DELETE CASCADE, n int DEFAULT 7)",
                "COMMENT ON COLUMN shop.items.name IS 'what it is called'");

        SnapshotBegin items = begin(copy(table("items"), Map.of()));
        SnapshotBegin lines = begin(copy(table("lines"), Map.of()));

        assertThat(items.structure().key()).containsExactly("id");
        assertThat(items.structure().comment()).isEqualTo("things for sale");
        assertThat(items.structure().column("name").orElseThrow().comment()).isEqualTo("what it is called");
        assertThat(items.structure().column("at").orElseThrow().defaultExpression())
                .isEqualTo("now()");
        assertThat(items.structure().column("mood").orElseThrow().type()).isEqualTo("shop.mood");
        assertThat(items.structure().indexes())
                .extracting(Index::name, Index::definition)
                .contains(
                        tuple("Odd USING name", "USING btree (lower(name)) WHERE (price > (0)::numeric)"),
                        tuple("items_pkey", "USING btree (id)"));
        assertThat(items.structure().sequences()).containsExactly(new Sequence("id", "shop.items_id_seq", 1));
        assertThat(lines.structure().column("n").orElseThrow().defaultExpression())
                .isEqualTo("7");
        assertThat(lines.structure().foreignKeys()).hasSize(1);
        assertThat(lines.structure().foreignKeys().get(0).referenced()).isEqualTo(table("items"));
        assertThat(lines.structure().foreignKeys().get(0).onDelete()).isEqualTo("CASCADE");
    }

    @Test
    void emptyTableIsOneTruncateWithBothMarkers() {
        database.execute("CREATE TABLE shop.nothing (id int PRIMARY KEY)");

        List<SourceRecord> records = copy(table("nothing"), Map.of());

        assertThat(records).hasSize(1);
        SnapshotBegin begin = begin(records);
        assertThat(RecordHeaders.end(records.get(0).headers())).contains(new SnapshotEnd(begin.id(), 0));
        assertThat(records.get(0).key()).isNull();
        assertThat(stored(table("nothing"))).isInstanceOf(TableOffset.Copied.class);
    }

    @Test
    void onlyRowCarriesTheEndAndWithoutTruncatesAlsoTheBegin() {
        createItems(1);

        List<SourceRecord> records = copy(table("items"), Map.of("skip.operations", "t"));

        assertThat(records).hasSize(1);
        assertThat(RecordHeaders.begin(records.get(0).headers())).isPresent();
        assertThat(RecordHeaders.end(records.get(0).headers())).isPresent();
        assertThat(TaskRun.envelope(records.get(0)).getString("op")).isEqualTo("r");
    }

    @Test
    void copyShowsOneMomentWhileWritersGoOn() throws Exception {
        database.execute(
                "CREATE TABLE shop.accounts (id int PRIMARY KEY, balance bigint NOT NULL, filler text)",
                "INSERT INTO shop.accounts SELECT i, 100, repeat('x', 200) FROM generate_series(1, 20000) i");
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong transfers = new AtomicLong();
        Thread writer = new Thread(() -> transfer(done, transfers));

        writer.start();
        long sum;
        try (TaskRun run = TaskRun.start(
                TaskRun.properties(database, Map.of("poll.interval.ms", "1"), table("accounts")), offsets)) {
            List<SourceRecord> records = run.pollSnapshots(3);
            int secondEnd = nthEnd(records, 2);
            int thirdEnd = nthEnd(records, 3);
            sum = records.subList(secondEnd + 1, thirdEnd + 1).stream()
                    .filter(record -> TaskRun.envelope(record).getString("op").equals("r"))
                    .mapToLong(record -> TaskRun.after(record).getInt64("balance"))
                    .sum();
        } finally {
            done.set(true);
            writer.join();
        }

        assertThat(transfers.get()).isPositive();
        assertThat(sum).isEqualTo(20_000L * 100);
    }

    @Test
    void restartInTheMiddleBeginsAgainWithANewId() {
        createItems(50_000);
        Map<String, String> properties = TaskRun.properties(database, Map.of(), table("items"));
        String firstId;
        try (TaskRun run = TaskRun.start(properties, offsets)) {
            firstId = begin(run.pollUntil("some rows", records -> !records.isEmpty()))
                    .id();
        }
        assertThat(stored(table("items"))).isInstanceOf(TableOffset.Copying.class);

        try (TaskRun run = TaskRun.start(properties, offsets)) {
            List<SourceRecord> records = run.pollSnapshots(1);

            assertThat(begin(records).id()).isNotEqualTo(firstId);
            assertThat(TaskRun.rows(records, "id")).hasSize(50_000);
        }
    }

    @Test
    void restartAfterTheEndWaitsForTheNextRun() {
        createItems(1);
        database.execute("CREATE TABLE shop.other (id int)");
        copy(table("items"), Map.of());

        Map<String, String> properties = TaskRun.properties(database, Map.of(), table("items"), table("other"));
        try (TaskRun run = TaskRun.start(properties, offsets)) {
            List<SourceRecord> records = run.pollSnapshots(1);

            assertThat(TaskRun.ofTopic(records, "erp.shop.items")).isEmpty();
            assertThat(TaskRun.ofTopic(records, "erp.shop.other")).hasSize(1);
        }
    }

    @Test
    void requestToRunCopiesAtOnce() {
        createItems(1);
        copy(table("items"), Map.of());
        Map<String, String> partition = partition(table("items"));
        Map<String, Object> asked = new HashMap<>(offsets.of(partition));
        asked.put(OffsetCodec.RUN, "now");
        offsets.store(partition, asked);

        assertThat(copy(table("items"), Map.of())).hasSize(2);
        assertThat(offsets.of(partition)).doesNotContainKey(OffsetCodec.RUN);
    }

    @Test
    void viewsAndPartitionedTablesAreCopiedWhole() {
        database.execute(
                "CREATE TABLE shop.days (day int NOT NULL, n int, PRIMARY KEY (day)) PARTITION BY RANGE (day)",
                "CREATE TABLE shop.days_1 PARTITION OF shop.days FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE shop.days_2 PARTITION OF shop.days FOR VALUES FROM (10) TO (20)",
                "INSERT INTO shop.days SELECT i, i FROM generate_series(0, 19) i",
                "CREATE VIEW shop.some AS SELECT day AS id, n::text AS id_text FROM shop.days WHERE day < 5",
                "CREATE MATERIALIZED VIEW shop.few AS SELECT day AS id FROM shop.days WHERE day < 3");

        assertThat(TaskRun.rows(copy(table("days"), Map.of()), "day")).hasSize(20);
        List<SourceRecord> ofView = copy(table("some"), Map.of("table.shop.some.key.columns", "id"));
        assertThat(TaskRun.rows(ofView, "id")).hasSize(5);
        assertThat(((Struct) ofView.get(1).key()).getInt32("id")).isZero();
        assertThat(TaskRun.rows(copy(table("few"), Map.of()), "id")).hasSize(3);
    }

    @Test
    void columnsConditionKeyAndTopicAreATablesOwn() {
        createItems(10);

        List<SourceRecord> records = copy(
                table("items"),
                Map.of(
                        "table.shop.items.columns", "id, name",
                        "table.shop.items.condition", "id <= 4 -- a comment",
                        "table.shop.items.key.columns", "name",
                        "table.shop.items.topic", "things"));

        assertThat(TaskRun.rows(records, "id")).containsOnlyKeys(1L, 2L, 3L, 4L);
        assertThat(records).allMatch(record -> record.topic().equals("things"));
        assertThat(((Struct) records.get(1).key()).schema().fields()).hasSize(1);
        assertThat(TaskRun.after(records.get(1)).schema().fields())
                .extracting(field -> field.name())
                .containsExactly("id", "name");
    }

    @Test
    void columnAddedBetweenRunsIsInTheNextOne() {
        createItems(2);
        try (TaskRun run = TaskRun.start(
                TaskRun.properties(database, Map.of("poll.interval.ms", "50"), table("items")), offsets)) {
            run.pollSnapshots(1);
            database.execute("ALTER TABLE shop.items DROP COLUMN note, ADD COLUMN colour text DEFAULT 'red'");

            List<SourceRecord> records = run.pollUntil(
                    "a row with the new column",
                    polled -> polled.stream()
                            .anyMatch(record -> TaskRun.isEnd(record)
                                    && TaskRun.after(record) != null
                                    && TaskRun.after(record).schema().field("colour") != null));

            Struct row = TaskRun.after(records.get(records.size() - 1));
            assertThat(row.getString("colour")).isEqualTo("red");
            assertThat(row.schema().field("note")).isNull();
        }
    }

    @Test
    void tableWithoutDataStoresItsPositionAtOnceByHeartbeat() {
        createItems(5);
        Map<String, String> properties =
                TaskRun.properties(database, Map.of("snapshot.mode", "no_data"), table("items"));

        try (TaskRun run = TaskRun.start(properties, offsets)) {
            List<SourceRecord> records = run.pollUntil("a heartbeat", polled -> !polled.isEmpty());

            assertThat(records).hasSize(1);
            assertThat(records.get(0).topic()).isEqualTo("__tablecast-heartbeat.erp");
            assertThat(records.get(0).sourcePartition()).isEqualTo(partition(table("items")));
        }
        assertThat(stored(table("items"))).isInstanceOf(TableOffset.Copied.class);
    }

    @Test
    void lostMarkerStopsTheTaskAndNamesBothCauses() throws InterruptedException {
        createItems(1);
        try (TaskRun run = TaskRun.start(TaskRun.properties(database, Map.of(), table("items")), offsets)) {
            List<SourceRecord> records = run.pollSnapshots(1);

            run.task().commitRecord(records.get(0), null);

            assertThatThrownBy(() -> run.task().poll())
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("topic erp.shop.items")
                    .hasMessageContaining("transform")
                    .hasMessageContaining("errors.tolerance=all");
        }
    }

    @Test
    void unreadableTableStopsTheTaskWithTheGrantToRun() {
        createItems(1);
        Role role = database.createRole("reader");
        database.execute("GRANT USAGE ON SCHEMA shop TO \"" + role.name() + "\"");
        Map<String, String> more = Map.of("connection.user", role.name(), "connection.password", role.password());

        try (TaskRun run = TaskRun.start(TaskRun.properties(database, more, table("items")), offsets)) {
            assertThatThrownBy(() -> run.pollSnapshots(1))
                    .hasStackTraceContaining("Cannot read shop.items from jdbc:postgresql:")
                    .hasStackTraceContaining("permission denied for table items")
                    .hasStackTraceContaining("Run GRANT SELECT ON shop.items TO ");
        }
    }

    private List<SourceRecord> copy(TableId table, Map<String, String> more) {
        try (TaskRun run = TaskRun.start(TaskRun.properties(database, more, table), offsets)) {
            return run.pollSnapshots(1);
        }
    }

    private void createItems(int rows) {
        database.execute(
                "CREATE TYPE shop.mood AS ENUM ('bad', 'ok')",
                """
                CREATE TABLE shop.items (
                    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, name text NOT NULL, price numeric(12,2),
                    mood shop.mood, at timestamptz DEFAULT now(), note varchar(20))""",
                "COMMENT ON TABLE shop.items IS 'things for sale'",
                "INSERT INTO shop.items (name, price, mood, at) SELECT 'item ' || i, i * 1.5, 'ok',"
                        + " '2026-01-02 03:04:05.678901Z' FROM generate_series(1, " + rows + ") i");
    }

    private void transfer(AtomicBoolean done, AtomicLong transfers) {
        try (Connection connection = database.connection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!done.get()) {
                int from = ThreadLocalRandom.current().nextInt(1, 20_001);
                int to = ThreadLocalRandom.current().nextInt(1, 20_001);
                statement.execute("UPDATE shop.accounts SET balance = balance - 1 WHERE id = " + from);
                statement.execute("UPDATE shop.accounts SET balance = balance + 1 WHERE id = " + to);
                connection.commit();
                transfers.incrementAndGet();
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int nthEnd(List<SourceRecord> records, int n) {
        int ends = 0;
        for (int i = 0; i < records.size(); i++) {
            if (TaskRun.isEnd(records.get(i)) && ++ends == n) {
                return i;
            }
        }
        throw new AssertionError("There are only " + ends + " ends");
    }

    private static SnapshotBegin begin(List<SourceRecord> records) {
        return RecordHeaders.begin(records.get(0).headers()).orElseThrow();
    }

    private TableOffset stored(TableId table) {
        return OffsetCodec.decode(offsets.of(partition(table)));
    }

    private static Map<String, String> partition(TableId table) {
        return new SourcePartition("erp", table).toMap();
    }

    private static TableId table(String name) {
        return new TableId("shop", name);
    }
}
