// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.queue;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.tablecast.contract.record.RecordHeaders;
import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Queues and offsets of mode queue that versions of Tablecast have left at a source. Whatever reads them goes on exactly
 * where they end. Add files for new versions; never change those of old ones.
 */
class StoredQueuesIT {

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_LONG_FOR_INTS)
            .build();
    private static final TableId ITEM = new TableId("public", "item");

    private Database database;
    private FollowedLog log;

    @BeforeEach
    void createTable() {
        database = PostgresServer.shared().createDatabase();
        log = new FollowedLog(database, "shop", Map.of("queue.old.rows", "true"));
        database.execute(
                "CREATE TABLE item (id int PRIMARY KEY, name text)",
                "INSERT INTO item VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    }

    @AfterEach
    void dropDatabase() {
        log.close();
        database.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"queue-0.1.sql", "queue-version-1.sql"})
    void changesThatWaitInAQueueAreReadOnceAndNothingIsCopied(String queue) throws IOException {
        install(queue);
        Map<String, Object> offset = storedOffset();
        database.execute(
                "INSERT INTO item VALUES (4, 'd')",
                "UPDATE item SET name = 'A' WHERE id = 1",
                "DELETE FROM item WHERE id = 2");
        log.store(ITEM, offset);

        log.start(ITEM);
        log.awaitSize(4);
        log.storeAll();
        log.crash();
        database.execute("DELETE FROM item WHERE id = 3", "UPDATE item SET id = 10 WHERE id = 1");
        log.start(ITEM);
        log.awaitSize(9);

        assertThat(log.brief(0)).containsExactly("c 4", "u 1", "d 2", "- 2", "d 3", "- 3", "d 1", "- 1", "c 10");
        assertThat(log.copies()).isZero();
        assertThat(database.value("SELECT version FROM tablecast.queue_version"))
                .isEqualTo(String.valueOf(QueueRegistry.VERSION));
    }

    @Test
    void readingGoesOnInTheMiddleOfAWindow() throws IOException {
        install("queue-0.1.sql");
        Map<String, Object> offset = storedOffset();
        database.execute("INSERT INTO item VALUES (4, 'd'), (5, 'e')", "DELETE FROM item WHERE id = 2");
        offset.put("to", database.value("SELECT pg_current_snapshot()"));
        offset.put("last_id", 1L);
        database.execute("INSERT INTO item VALUES (6, 'f')");
        log.store(ITEM, offset);

        log.start(ITEM);
        log.awaitSize(4);

        assertThat(log.brief(0)).containsExactly("c 5", "d 2", "- 2", "c 6");
        assertThat(log.copies()).isZero();
    }

    @Test
    void changeOfColumnsSinceTheOffsetIsToldFromTheColumnsThatAreStored() throws IOException {
        install("queue-0.1.sql");
        Map<String, Object> offset = storedOffset();
        database.execute(
                "ALTER TABLE item RENAME COLUMN name TO title",
                "ALTER TABLE item ADD COLUMN weight int",
                "UPDATE item SET weight = 1 WHERE id = 1");
        log.store(ITEM, offset);

        log.start(ITEM);
        log.awaitSize(1);

        assertThat(log.copies()).isZero();
        assertThat(RecordHeaders.schemaChanges(log.records(0).get(0).headers()))
                .extracting(change -> change.getClass().getSimpleName())
                .containsExactly("Rename", "Add");
    }

    /** As version 0.1 has left it when a copy had not ended. */
    @Test
    void copyThatHadNotEndedBeginsAgain() throws IOException {
        install("queue-0.1.sql");
        Map<String, Object> offset = new HashMap<>(Map.of("format", 1L, "mode", "queue", "state", "copying"));
        offset.put("system", storedOffset().get("system"));
        offset.put("database", database.name());
        offset.put("snapshot", "mc8xk2a4-3f9k2l1m");
        log.store(ITEM, offset);

        log.start(ITEM);
        log.awaitSize(4);

        assertThat(log.brief(0)).containsExactly("t", "r 1", "r 2", "r 3");
    }

    private void install(String file) throws IOException {
        database.execute(text(file).replace("${relation}", database.value("SELECT 'public.item'::regclass::oid")));
    }

    private Map<String, Object> storedOffset() throws IOException {
        return JSON.readValue(database.value(text("queue-offset-0.1.sql")), new TypeReference<>() {});
    }

    private static String text(String file) throws IOException {
        try (InputStream golden =
                Objects.requireNonNull(StoredQueuesIT.class.getResourceAsStream("/golden/" + file), file)) {
            return new String(golden.readAllBytes(), UTF_8);
        }
    }
}
