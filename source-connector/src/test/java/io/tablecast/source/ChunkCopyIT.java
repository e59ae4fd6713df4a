// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.record.ChunkReader;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.record.RowChunk;
import io.tablecast.contract.record.SnapshotEnd;
import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Copies in binary form: begin, chunks with ordinals that follow one another, and the end on the last of them. */
class ChunkCopyIT {

    private static final TableId ITEM = new TableId("shop", "item");
    private static final int ROWS = 20_000;

    private final Database database = PostgresServer.shared().createDatabase();
    private final StoredOffsets offsets = new StoredOffsets();

    @BeforeEach
    void createTable() {
        database.execute("CREATE SCHEMA shop", "CREATE TABLE shop.item (id int, v text)");
    }

    @AfterEach
    void dropDatabase() {
        database.close();
    }

    @Test
    void chunksHoldEveryRowOnceInATopicOfTheirOwn() {
        fill();

        List<SourceRecord> records = copy(Map.of("snapshot.max.threads", "3", "snapshot.chunk.rows", "1000"));

        assertThat(records).extracting(SourceRecord::topic).containsOnly("erp.shop.item.copy");
        assertThat(records).allMatch(record -> record.kafkaPartition() == 0 && record.keySchema() == null);
        assertThat(RecordHeaders.begin(records.get(0).headers()).orElseThrow().mode())
                .isEqualTo("snapshot");
        assertThat(rows(records)).hasSize(ROWS);
        assertThat(rows(records).stream().map(row -> row.get("id")).distinct()).hasSize(ROWS);
        SourceRecord last = records.get(records.size() - 1);
        assertThat(RecordHeaders.end(last.headers())).contains(new SnapshotEnd(id(records), ROWS));
        assertThat(records.subList(0, records.size() - 1)).noneMatch(TaskRun::isEnd);
    }

    @Test
    void recordsStayBelowWhatKafkaTakes() {
        database.execute("INSERT INTO shop.item SELECT i, repeat('x', 1000) FROM generate_series(1, 5000) AS i");

        List<SourceRecord> records = copy(Map.of());

        assertThat(records.stream().mapToInt(record -> ((byte[]) record.value()).length))
                .allMatch(bytes -> bytes <= 640 * 1024)
                .anyMatch(bytes -> bytes > 600 * 1024);
    }

    @Test
    void anEmptyTableIsOneRecordWithBothMarkers() {
        List<SourceRecord> records = copy(Map.of());

        assertThat(records).hasSize(1);
        assertThat(RecordHeaders.begin(records.get(0).headers())).isPresent();
        assertThat(RecordHeaders.end(records.get(0).headers()).orElseThrow().rows())
                .isZero();
    }

    @Test
    void aCopyThatWasCutBeginsAgain() {
        fill();
        TaskRun cut = start(Map.of());
        cut.loseKafka();
        String first = id(cut.pollUntil("the begin", records -> !records.isEmpty()));
        cut.close();

        List<SourceRecord> records = copy(Map.of());

        assertThat(rows(records)).hasSize(ROWS);
        assertThat(id(records)).isNotEqualTo(first);
    }

    @Test
    void otherModesSendRecords() {
        database.execute("ALTER TABLE shop.item ADD PRIMARY KEY (id)");
        fill();

        List<SourceRecord> records = copy(Map.of("mode", "incremental", "control.column", "id"));

        assertThat(TaskRun.rows(records, "id")).hasSize(ROWS);
        assertThat(records).extracting(SourceRecord::topic).containsOnly("erp.shop.item");
    }

    @Test
    void aChunkThatIsNotSentStopsTheTask() throws Exception {
        fill();
        try (TaskRun run = start(Map.of())) {
            List<SourceRecord> records = run.pollSnapshots(1);

            run.task().commitRecord(records.get(1), null);

            assertThatThrownBy(() -> run.pollSnapshots(2))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("or that holds many of its rows, was not sent");
        }
    }

    private void fill() {
        database.execute("INSERT INTO shop.item SELECT i, repeat('x', 50) FROM generate_series(1, " + ROWS + ") AS i");
    }

    private TaskRun start(Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(Map.of("snapshot.format", "copy"));
        properties.putAll(more);
        return TaskRun.start(TaskRun.properties(database, properties, ITEM), offsets);
    }

    private List<SourceRecord> copy(Map<String, String> more) {
        try (TaskRun run = start(more)) {
            return run.pollSnapshots(1);
        }
    }

    private static String id(List<SourceRecord> records) {
        return RecordHeaders.begin(records.get(0).headers()).orElseThrow().id();
    }

    /** All rows, whose ordinals follow one another. */
    private static List<Struct> rows(List<SourceRecord> records) {
        List<Struct> rows = new ArrayList<>();
        ChunkReader reader = new ChunkReader();
        for (SourceRecord record : records) {
            RowChunk chunk = reader.read(record);
            assertThat(chunk.rows().first()).isEqualTo(rows.size() + 1L);
            chunk.forEach(rows::add);
        }
        return rows;
    }
}
