// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.testing.Conditions;
import io.tablecast.testing.ConnectRest;
import io.tablecast.testing.ConnectWorker;
import io.tablecast.testing.ConnectorOffset;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The worker is killed while tables of a MySQL or MariaDB are copied and followed, and while one of them is copied again.
 */
final class MySqlWorkerKillIT {

    private static final int KILLS = Form.amount(2, 30);
    private static final int ROWS = Form.amount(4_000, 40_000);
    private static final String ITEMS =
            "SELECT id, code, amount, note, DATE_FORMAT(changed_at, '%Y-%m-%d %H:%i:%s.%f') FROM items ORDER BY id";
    private static final String REPLICATED = "SELECT id, code, amount, note,"
            + " to_char(changed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') FROM items ORDER BY id";

    static List<MySqlRelease> available() {
        return Form.chosen() == Form.LONG ? MySqlReplicationIT.available() : List.of(MySqlRelease.preferred());
    }

    @ParameterizedTest
    @MethodSource("available")
    void nothingIsLostWhenTheWorkerIsKilledDuringCopiesUnderLoad(MySqlRelease release) {
        String name = MySqlReplicationIT.name(release, "kills");
        try (MySqlDatabase source = MySqlServer.shared(release).createDatabase();
                Database destination = PostgresServer.shared().createDatabase();
                ConnectWorker worker = ConnectWorker.start(
                        KafkaBroker.shared(), Plugins.built(), Replication.options(ExactlyOnceSource.ENABLED));
                WriterThreads writers = start(source)) {
            ConnectRest rest = worker.rest();
            rest.putConnector(name + "-source", sourceConfiguration(source, name));
            rest.putConnector(name + "-sink", sinkConfiguration(source, destination, name));
            rest.awaitRunning(name + "-source", Replication.PATIENCE);
            rest.awaitRunning(name + "-sink", Replication.PATIENCE);
            KillRounds rounds = new KillRounds(worker, List.of(name + "-source", name + "-sink"), writers, KILLS);
            Set<Object> interrupted = new HashSet<>();
            for (int kill = 0; kill < KILLS; kill++) {
                if (kill % 2 == 1) {
                    copyAgain(rest, name, source);
                }
                rounds.kill();
                interrupted.add(state(rest, name, source));
            }
            rounds.end();

            List<List<String>> expected = source.rows(ITEMS);
            String replicated = REPLICATED.replace("FROM items", "FROM " + Database.quote(source.name()) + ".items");
            Conditions.await(
                    Replication.PATIENCE,
                    () -> "the rows are not those of the source, whose copies stood at " + interrupted + " after kills",
                    () -> destination.value("SELECT to_regclass('" + source.name() + ".items')") != null
                            && destination.rows(replicated).equals(expected));
            assertThat(state(rest, name, source)).isEqualTo("streaming");
        }
    }

    private static WriterThreads start(MySqlDatabase source) {
        source.execute(MySqlWriters.TABLE);
        MySqlWriters.fill(source, ROWS);
        return MySqlWriters.start(source, 3, 29);
    }

    /** Deletes the table's offset. */
    private static void copyAgain(ConnectRest rest, String name, MySqlDatabase source) {
        rest.stop(name + "-source", Replication.PATIENCE);
        rest.alterOffsets(name + "-source", List.of(new ConnectorOffset(partition(name, source), Map.of())));
        rest.resume(name + "-source");
        rest.awaitRunning(name + "-source", Replication.PATIENCE);
    }

    private static Object state(ConnectRest rest, String name, MySqlDatabase source) {
        return rest.offsets(name + "-source").stream()
                .filter(offset -> offset.partition().equals(partition(name, source)))
                .map(offset -> offset.offset().get("state"))
                .findFirst()
                .orElse("nothing");
    }

    private static Map<String, Object> partition(String name, MySqlDatabase source) {
        return Map.of("table", name + "/" + source.name() + ".items");
    }

    private static Map<String, String> sourceConfiguration(MySqlDatabase source, String prefix) {
        Map<String, String> configuration =
                new HashMap<>(MySqlReplicationIT.sourceConfiguration("mysql-binlog-source.json", source, prefix));
        configuration.put("snapshot.chunk.rows", "50");
        // A worker that starts after a kill waits until the transactions of its former life are given up.
        configuration.put("producer.override.transaction.timeout.ms", "20000");
        return configuration;
    }

    private static Map<String, String> sinkConfiguration(MySqlDatabase source, Database destination, String prefix) {
        return MySqlReplicationIT.sinkConfiguration(source, destination, prefix);
    }
}
