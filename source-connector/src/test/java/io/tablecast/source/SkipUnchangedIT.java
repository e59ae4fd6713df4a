// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.SourcePartition;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.metrics.TableMetrics;
import io.tablecast.source.postgres.Connections;
import io.tablecast.source.postgres.SourceCatalog;
import io.tablecast.source.reading.Heartbeats;
import io.tablecast.source.reading.RecordBuffer;
import io.tablecast.source.snapshot.CopyThreads;
import io.tablecast.source.snapshot.SnapshotReader;
import io.tablecast.source.snapshot.SnapshotTable;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Runs of one table, each by a task of its own: copied again, or proven unchanged. */
class SkipUnchangedIT {

    private static final TableId TABLE = new TableId("public", "items");
    private static final Map<String, String> PARTITION = new SourcePartition("erp", TABLE).toMap();

    private static PostgresServer server;

    private final Database database = server.createDatabase();
    private final StoredOffsets offsets = new StoredOffsets();

    /** A server of its own: other sessions of the same database would make proofs impossible, crashes harm others. */
    @BeforeAll
    static void startServer() {
        server = PostgresServer.start();
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    @BeforeEach
    void createTable() {
        database.execute("CREATE TABLE items (id int PRIMARY KEY, n int)", "INSERT INTO items VALUES (1, 1), (2, 2)");
        awaitCounted(2);
        assertThat(isCopied(run(Map.of()))).isTrue();
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void unchangedTableOnlyMovesItsOffset() {
        TableOffset.Copied before = stored();

        List<SourceRecord> records = run(Map.of());

        assertThat(records).isNotEmpty().allMatch(record -> record.topic().equals("__tablecast-heartbeat.erp"));
        assertThat(stored().snapshotId()).isEqualTo(before.snapshotId());
        assertThat(stored().fingerprint()).isEqualTo(before.fingerprint());
        assertThat(stored().checked()).isAfter(before.checked());
    }

    @Test
    void eachKindOfChangeIsCopied() {
        for (String change : List.of(
                "INSERT INTO items VALUES (3, 3)",
                "UPDATE items SET n = 9 WHERE id = 1",
                "DELETE FROM items WHERE id = 1",
                "TRUNCATE items",
                "ALTER TABLE items ADD COLUMN m int DEFAULT 5",
                "CREATE INDEX ON items (n)")) {
            database.execute(change);

            assertThat(isCopied(run(Map.of()))).as(change).isTrue();
            assertThat(isCopied(run(Map.of()))).as("unchanged after " + change).isFalse();
        }
    }

    @Test
    void changedSettingsAreCopied() {
        assertThat(isCopied(run(Map.of("table.public.items.columns", "id")))).isTrue();
    }

    @Test
    void conditionMayAskOtherTablesSoItIsAlwaysCopied() {
        Map<String, String> withCondition = Map.of("table.public.items.condition", "id > 0");

        assertThat(isCopied(run(withCondition))).isTrue();
        assertThat(isCopied(run(withCondition))).isTrue();
    }

    @Test
    void proofIsNotWantedWhenTheSettingIsOff() {
        assertThat(isCopied(run(Map.of("snapshot.skip.unchanged", "false")))).isTrue();
    }

    @Test
    void statisticsResetEndsTheProof() {
        database.execute("SELECT pg_stat_reset()");

        assertThat(isCopied(run(Map.of()))).isTrue();
    }

    @Test
    void crashOfTheServerEndsTheProof() {
        server.kill();
        server.startAgain();

        assertThat(isCopied(run(Map.of()))).isTrue();
    }

    @Test
    void changeInAPartitionOrItsTruncateIsCopied() {
        database.execute(
                "DROP TABLE items",
                "CREATE TABLE items (id int) PARTITION BY RANGE (id)",
                "CREATE TABLE items_1 PARTITION OF items FOR VALUES FROM (0) TO (10)",
                "CREATE TABLE items_2 PARTITION OF items FOR VALUES FROM (10) TO (20)",
                "INSERT INTO items VALUES (1), (11)");
        assertThat(isCopied(run(Map.of()))).isTrue();
        assertThat(isCopied(run(Map.of()))).isFalse();

        database.execute("INSERT INTO items_2 VALUES (12)");
        assertThat(isCopied(run(Map.of()))).isTrue();
        assertThat(isCopied(run(Map.of()))).isFalse();

        database.execute("TRUNCATE items_1");
        assertThat(isCopied(run(Map.of()))).isTrue();

        database.execute("ALTER TABLE items DETACH PARTITION items_2");
        assertThat(isCopied(run(Map.of()))).isTrue();
    }

    @Test
    void viewIsAlwaysCopied() {
        database.execute("ALTER TABLE items RENAME TO base", "CREATE VIEW items AS SELECT * FROM base");

        assertThat(isCopied(run(Map.of()))).isTrue();
        assertThat(isCopied(run(Map.of()))).isTrue();
    }

    /** While a connector is paused, the source must not keep old rows for a transaction of it that waits. */
    @Test
    void unchangedTableGivesUpItsTransactionWhenNobodyTakesRecords() throws Exception {
        Map<String, String> properties = TaskRun.connection(database);
        properties.put("poll.interval.ms", "1");
        SourceSettings settings = SourceSettings.parse(properties);
        Connections connections = new Connections(settings.connection());
        SourceIdentity source;
        try (Connection connection = connections.open()) {
            source = new SourceCatalog(connection, settings.records()).identity();
        }
        FullBuffer buffer = new FullBuffer();
        SnapshotReader reader = new SnapshotReader(
                List.of(new SnapshotTable(
                        new SourcePartition("erp", TABLE), settings.of(TABLE), offsets.of(PARTITION))),
                source,
                settings.records(),
                connections,
                connections.pool(2),
                new CopyThreads(1, 1_000),
                buffer,
                new Heartbeats("erp", Duration.ofMillis(1), buffer, Clock.systemUTC()),
                id -> new TableMetrics(Clock.systemUTC()),
                Clock.systemUTC());
        reader.start();
        try {
            assertThat(buffer.isWaitedFor.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(database.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND application_name LIKE 'tablecast/%' AND backend_xmin IS NOT NULL"))
                    .isZero();
        } finally {
            reader.stop();
        }
    }

    /** A buffer that nobody takes records from. */
    private static final class FullBuffer implements RecordBuffer {

        private final CountDownLatch isWaitedFor = new CountDownLatch(1);
        private final CountDownLatch hasRoom = new CountDownLatch(1);

        @Override
        public void put(List<SourceRecord> batch, long bytes) throws InterruptedException {
            hasRoom.await();
        }

        @Override
        public boolean offer(List<SourceRecord> batch, long bytes, Duration patience) {
            return false;
        }

        @Override
        public void awaitRoom() throws InterruptedException {
            isWaitedFor.countDown();
            hasRoom.await();
        }

        @Override
        public void fail(ConnectException failure) {
            throw failure;
        }
    }

    /** One run, due at once. */
    private List<SourceRecord> run(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(more);
        properties.put("poll.interval.ms", "1");
        properties.put("heartbeat.interval.ms", "1");
        try (TaskRun run = TaskRun.start(TaskRun.properties(database, properties, TABLE), offsets)) {
            return run.pollUntil(
                    "a heartbeat or the end of a copy",
                    records -> !records.isEmpty()
                            && (!isCopied(records) || records.stream().anyMatch(TaskRun::isEnd)));
        }
    }

    private void awaitCounted(long inserts) {
        Conditions.await(
                Duration.ofSeconds(20),
                "the server has not counted the inserts",
                () -> database.number("SELECT n_tup_ins FROM pg_stat_user_tables WHERE relname = 'items'") == inserts);
    }

    private static boolean isCopied(List<SourceRecord> records) {
        return records.get(0).topic().equals("erp.public.items");
    }

    private TableOffset.Copied stored() {
        return (TableOffset.Copied) OffsetCodec.decode(offsets.of(PARTITION));
    }
}
