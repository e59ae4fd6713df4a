// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static io.tablecast.source.BinlogRecords.dataOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlOptions;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** A file of a binlog that one transaction leads beyond what four bytes can tell. Takes 14 GB of disk and minutes. */
@EnabledIfSystemProperty(named = "tablecast.soak", matches = "true", disabledReason = "takes 14 GB of disk")
class HugeTransactionIT {

    private static final long FOUR_GIB = 1L << 32;
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    @Test
    void whatIsCommittedBehindFourGibOfAFileIsRead() {
        // Servers that end a file behind each large transaction still end it behind the group that is committed with
        // it.
        MySqlOptions options = MySqlOptions.of(MySqlRelease.MARIADB_10_11);
        try (MySqlServer server = MySqlServer.start(options);
                MySqlDatabase database = server.createDatabase()) {
            database.execute(
                    "CREATE TABLE followed (id int PRIMARY KEY)",
                    "CREATE TABLE large (id int PRIMARY KEY AUTO_INCREMENT, body longtext CHARACTER SET latin1)");
            StoredOffsets offsets = new StoredOffsets();
            Map<String, String> properties = TaskRun.properties(database, Map.of("on.table.error", "fail"), "followed");
            SourceRecord behind;
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                run.pollSnapshots(1);
                // So that places behind 4 GiB look as if they were before this one.
                fill(database, 300);
                database.execute("INSERT INTO followed VALUES (1)");
                run.pollUntil("the row before", polled -> ids(polled).contains(1));

                database.execute("SET GLOBAL binlog_commit_wait_count = 2, GLOBAL binlog_commit_wait_usec = 600000000");
                CompletableFuture<Void> huge = CompletableFuture.runAsync(() -> fill(database, 4_100));
                Conditions.await(
                        PATIENCE,
                        "the transaction does not wait for another one",
                        () -> database.value(
                                        "SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'INSERT INTO large%'"
                                                + " AND state = 'Commit'")
                                .equals("1"));
                database.execute("INSERT INTO followed VALUES (2)");
                huge.join();
                database.execute("SET GLOBAL binlog_commit_wait_count = 0");
                behind = dataOf(run.pollUntil(
                                "the row behind", records -> ids(records).contains(2)))
                        .stream()
                        .reduce((first, second) -> second)
                        .orElseThrow();
                assertThat(position(behind)).isGreaterThan(FOUR_GIB);
            }

            offsets.store(behind.sourcePartition(), offset(behind));
            database.execute("INSERT INTO followed VALUES (3)");
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                assertThat(ids(run.pollUntil(
                                "the row after a restart",
                                records -> ids(records).contains(3))))
                        .containsExactly(3);
            }

            Map<String, Object> ofAnother = new HashMap<>(offset(behind));
            ofAnother.put("gtids", "0-1-1");
            offsets.store(behind.sourcePartition(), ofAnother);
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                assertThatThrownBy(() -> run.pollUntil("a failure", records -> false))
                        .isInstanceOf(ConnectException.class)
                        .hasMessageContaining("it is another server's");
            }
        }
    }

    private static void fill(MySqlDatabase database, int megabytes) {
        database.execute("INSERT INTO large (body) SELECT REPEAT('x', 1000000) FROM seq_1_to_" + megabytes);
    }

    private static long position(SourceRecord record) {
        return ((Struct) record.value()).getStruct("source").getInt64("pos");
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> offset(SourceRecord record) {
        return (Map<String, Object>) record.sourceOffset();
    }

    private static List<Integer> ids(List<SourceRecord> records) {
        return dataOf(records).stream()
                .filter(record -> BinlogRecords.operation(record).equals("c"))
                .map(record -> TaskRun.after(record).getInt32("id"))
                .toList();
    }
}
