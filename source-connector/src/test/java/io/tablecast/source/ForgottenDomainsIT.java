// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static io.tablecast.source.BinlogRecords.dataOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.offset.BinlogOffset;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlOptions;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A MariaDB is made to forget a domain of GTIDs, by FLUSH BINARY LOGS DELETE_DOMAIN_ID. */
class ForgottenDomainsIT {

    static List<MySqlRelease> releases() {
        return Arrays.stream(MySqlRelease.values())
                .filter(MySqlRelease::isMariaDb)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("releases")
    void tablesGoOnWithoutTheDomainWhileTheTaskRunsAndAfterARestart(MySqlRelease release) {
        try (MySqlServer server = MySqlServer.start(MySqlOptions.of(release));
                MySqlDatabase database = server.createDatabase()) {
            createTables(database);
            StoredOffsets offsets = new StoredOffsets();
            Map<String, String> properties = properties(database);
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                run.pollSnapshots(2);
                writeInDomain(database, 1, 1);
                run.pollUntil("the row of domain 1", polled -> ids(polled).contains(1));
                run.pollUntil("an offset with domain 1", polled -> isNamed(1, offset(offsets, database, "idle")));

                forget(database, 1);
                run.pollUntil("an offset without it", polled -> !isNamed(1, offset(offsets, database, "idle")));
                writeInDomain(database, 0, 2);
                run.pollUntil("the row of domain 0", polled -> ids(polled).contains(2));
            }
            for (String table : List.of("busy", "idle")) {
                assertThat(gtids(offset(offsets, database, table))).hasSize(1).allMatch(gtid -> gtid.startsWith("0-"));
            }
            writeInDomain(database, 0, 3);
            // A domain that was forgotten may begin again.
            writeInDomain(database, 1, 4);
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                List<SourceRecord> records =
                        run.pollUntil("the rows of both", polled -> ids(polled).contains(4));

                assertThat(ids(records)).containsExactly(3, 4);
            }
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                writeInDomain(database, 0, 5);

                assertThat(ids(run.pollUntil("the row", polled -> ids(polled).contains(5))))
                        .containsExactly(5);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("releases")
    void offsetsThatNameTheDomainHoldOnlyWhereTheServerKnowsNothingOfIt(MySqlRelease release) {
        try (MySqlServer server = MySqlServer.start(MySqlOptions.of(release));
                MySqlDatabase database = server.createDatabase()) {
            createTables(database);
            StoredOffsets offsets = new StoredOffsets();
            Map<String, String> properties = properties(database);
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                run.pollSnapshots(2);
                writeInDomain(database, 0, 1);
                run.pollUntil("the row", polled -> ids(polled).contains(1));
            }
            BinlogOffset busy = offset(offsets, database, "busy");
            BinlogOffset idle = offset(offsets, database, "idle");
            store(offsets, database, "busy", withGtids(busy, busy.gtids() + ",7-1-12"));
            store(offsets, database, "idle", withGtids(idle, idle.gtids() + ",7-1-12"));
            writeInDomain(database, 0, 2);
            try (TaskRun run = TaskRun.start(properties, offsets)) {
                assertThat(ids(run.pollUntil("the row", polled -> ids(polled).contains(2))))
                        .containsExactly(2);
                run.pollUntil("an offset without the domain", polled -> !isNamed(7, offset(offsets, database, "idle")));
            }

            store(offsets, database, "busy", withGtids(busy, busy.gtids() + ",7-1-12"));
            store(offsets, database, "idle", withGtids(idle, "7-1-12"));
            assertFails(properties, offsets);
            writeInDomain(database, 7, 3);
            store(offsets, database, "idle", withGtids(idle, idle.gtids() + ",7-1-12"));
            assertFails(properties, offsets);
        }
    }

    private static void assertFails(Map<String, String> properties, StoredOffsets offsets) {
        try (TaskRun run = TaskRun.start(properties, offsets)) {
            assertThatThrownBy(() -> run.pollUntil("a failure", polled -> false))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining("or other transactions there: it was purged, or this is another server");
        }
    }

    private static void createTables(MySqlDatabase database) {
        database.execute("CREATE TABLE busy (id int PRIMARY KEY)", "CREATE TABLE idle (id int PRIMARY KEY)");
    }

    private static Map<String, String> properties(MySqlDatabase database) {
        return TaskRun.properties(
                database, Map.of("heartbeat.interval.ms", "1", "on.table.error", "fail"), "busy", "idle");
    }

    private static void writeInDomain(MySqlDatabase database, int domain, int id) {
        database.execute("SET SESSION gtid_domain_id = " + domain + "; INSERT INTO busy VALUES (" + id + ")");
    }

    /** The server refuses while a file is there that has transactions of the domain, as files that are read are. */
    private static void forget(MySqlDatabase database, int domain) {
        database.execute("FLUSH BINARY LOGS");
        Conditions.await(Duration.ofSeconds(30), "the domain is still there", () -> {
            List<String> files = database.column("SHOW BINARY LOGS");
            database.execute("PURGE BINARY LOGS TO '" + files.get(files.size() - 1) + "'");
            try (Connection connection = database.connection();
                    Statement statement = connection.createStatement()) {
                statement.execute("FLUSH BINARY LOGS DELETE_DOMAIN_ID = (" + domain + ")");
                return true;
            } catch (SQLException refused) {
                assertThat(refused.getMessage()).contains("Could not delete gtid domain");
                return false;
            }
        });
        assertThat(database.value("SELECT @@gtid_binlog_state").split(",", -1))
                .noneMatch(gtid -> gtid.startsWith(domain + "-"));
    }

    private static List<Integer> ids(List<SourceRecord> records) {
        return dataOf(records).stream()
                .filter(record -> BinlogRecords.operation(record).equals("c"))
                .map(record -> TaskRun.after(record).getInt32("id"))
                .toList();
    }

    private static boolean isNamed(int domain, BinlogOffset offset) {
        return gtids(offset).stream().anyMatch(gtid -> gtid.startsWith(domain + "-"));
    }

    private static List<String> gtids(BinlogOffset offset) {
        return List.of(offset.gtids().split(",", -1));
    }

    private static BinlogOffset offset(StoredOffsets offsets, MySqlDatabase database, String table) {
        return BinlogOffset.of(offsets.of(partition(database, table)));
    }

    private static void store(StoredOffsets offsets, MySqlDatabase database, String table, BinlogOffset offset) {
        offsets.store(partition(database, table), offset.toMap());
    }

    private static Map<String, String> partition(MySqlDatabase database, String table) {
        return Map.of("table", "erp/" + database.name() + "." + table);
    }

    private static BinlogOffset withGtids(BinlogOffset offset, String gtids) {
        return new BinlogOffset(
                offset.system(),
                offset.file(),
                offset.position(),
                gtids,
                "",
                0,
                Optional.empty(),
                Optional.empty(),
                offset.structure(),
                "");
    }
}
