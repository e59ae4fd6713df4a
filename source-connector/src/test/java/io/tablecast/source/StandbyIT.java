// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.table.TableId;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** A server that is in recovery, as standbys are. */
class StandbyIT {

    private static final TableId TABLE = new TableId("public", "items");

    @Test
    void standbyServesSnapshotsAndControlColumnsAndNoQueues() {
        try (PostgresServer server = PostgresServer.start()) {
            Database database = server.createDatabase();
            database.execute(
                    "CREATE TABLE items (id int PRIMARY KEY)",
                    "INSERT INTO items SELECT generate_series(1, 5000)",
                    "COPY (SELECT 1) TO '" + database.value("SHOW data_directory") + "/standby.signal'");
            server.restart();
            assertThat(database.value("SELECT pg_is_in_recovery()")).isEqualTo("t");

            assertThat(errors(database, "snapshot")).isEmpty();
            assertThat(errors(database, "queue").get("connection.url"))
                    .singleElement()
                    .asString()
                    .contains("is a standby, which cannot hold the queues of mode queue. Connect to the primary");
            // Nothing can be proven unchanged here, so each run copies.
            Map<String, String> often =
                    Map.of("poll.interval.ms", "100", "snapshot.chunk.rows", "500", "snapshot.max.threads", "3");
            try (TaskRun run = TaskRun.start(TaskRun.properties(database, often, TABLE), new StoredOffsets())) {
                List<SourceRecord> records = run.pollSnapshots(2);
                List<Integer> ends = IntStream.range(0, records.size())
                        .filter(at -> TaskRun.isEnd(records.get(at)))
                        .boxed()
                        .toList();
                // A third copy may have begun in what was polled last.
                assertThat(TaskRun.rows(records.subList(ends.get(0) + 1, ends.get(1) + 1), "id"))
                        .hasSize(5000);
            }
            Map<String, String> following =
                    Map.of("mode", "incremental", "control.column", "id", "start.value", "4001", "boundary", "500");
            try (TaskRun run = TaskRun.start(TaskRun.properties(database, following, TABLE), new StoredOffsets())) {
                assertThat(run.pollUntil(
                                "500 rows",
                                records -> TaskRun.ofTopic(records, "erp.public.items")
                                                .size()
                                        >= 500))
                        .filteredOn(record -> record.topic().equals("erp.public.items"))
                        .extracting(record -> TaskRun.after(record).get("id"))
                        .hasSize(500)
                        .startsWith(4001)
                        .endsWith(4500);
            }
        }
    }

    private static Map<String, List<String>> errors(Database database, String mode) {
        Map<String, String> properties = TaskRun.connection(database);
        properties.put("mode", mode);
        Map<String, List<String>> errors = new HashMap<>();
        for (ConfigValue value :
                new PostgresSourceConnector().validate(properties).configValues()) {
            if (!value.errorMessages().isEmpty()) {
                errors.put(value.name(), value.errorMessages());
            }
        }
        return errors;
    }
}
