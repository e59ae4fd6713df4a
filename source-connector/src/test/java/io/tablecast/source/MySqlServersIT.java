// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.tablecast.contract.table.TableId;
import io.tablecast.source.check.MySqlValidation;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.MySqlDatabase;
import io.tablecast.testing.MySqlOptions;
import io.tablecast.testing.MySqlRelease;
import io.tablecast.testing.MySqlServer;
import io.tablecast.testing.Role;
import io.tablecast.testing.TestCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Which server it is: another one that has taken over, one of two behind a name, or one that shows a certificate. */
class MySqlServersIT {

    private static TestCertificate certificate;
    private static MySqlServer first;
    private static MySqlServer second;

    @BeforeAll
    static void start() {
        assumeThat(MySqlRelease.MYSQL.isAvailable()).as("a real MySQL").isTrue();
        certificate = TestCertificate.of("ip:127.0.0.1");
        first = MySqlServer.start(MySqlOptions.of(MySqlRelease.MYSQL)
                .withSetting("ssl-ca", certificate.certificate().toString())
                .withSetting("ssl-cert", certificate.certificate().toString())
                .withSetting("ssl-key", certificate.key().toString()));
        second = MySqlServer.start(MySqlOptions.of(MySqlRelease.MYSQL).withSetting("server-id", "2"));
    }

    @AfterAll
    static void stop() {
        if (first != null) {
            first.close();
        }
        if (second != null) {
            second.close();
        }
    }

    @Test
    void statementsConcernTheirTablesHoweverTheyAreSpelledWhereNamesAreKeptInLowerCase() {
        try (MySqlServer server = MySqlServer.start(
                        MySqlOptions.of(MySqlRelease.MARIADB_11_4).withSetting("lower_case_table_names", "1"));
                MySqlDatabase database = server.createDatabase()) {
            database.execute("CREATE TABLE Orders (id int PRIMARY KEY)", "INSERT INTO ORDERS VALUES (1), (2)");
            try (TaskRun run = TaskRun.start(TaskRun.properties(database, Map.of(), "orders"), new StoredOffsets())) {
                run.pollSnapshots(1);
                database.execute("TRUNCATE TABLE ORDERS", "INSERT INTO Orders VALUES (3)");

                List<SourceRecord> records = run.pollUntil(
                        "the row behind the truncate",
                        polled -> Replica.of(polled).texts().contains("3"));

                assertThat(Replica.of(records).texts()).containsExactly("3");
            }
        }
    }

    @Test
    void readingGoesOnAtAnotherServerThatHasTheSameTransactionsAndStopsAtOneThatHasNot() {
        try (MySqlDatabase before = first.createDatabase()) {
            before.execute("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)");
            StoredOffsets offsets = new StoredOffsets();
            try (TaskRun run = TaskRun.start(TaskRun.properties(before, Map.of(), "t"), offsets)) {
                run.pollSnapshots(1);
            }
            MySqlDatabase none = second.database("");
            none.execute("SET SESSION sql_log_bin = 0; CREATE DATABASE " + MySqlDatabase.quote(before.name())
                    + "; CREATE TABLE " + MySqlDatabase.quote(before.name()) + ".t (id int PRIMARY KEY); INSERT INTO "
                    + MySqlDatabase.quote(before.name()) + ".t VALUES (1), (2)");
            try (MySqlDatabase after = second.database(before.name())) {
                Map<String, String> properties = TaskRun.properties(after, Map.of(), "t");
                try (TaskRun run = TaskRun.start(properties, offsets)) {
                    assertThatThrownBy(() -> run.pollUntil("a failure", records -> false))
                            .isInstanceOf(ConnectException.class)
                            .hasMessageContaining("the server has not executed all transactions that were read: it is"
                                    + " another one, or was restored");
                }
            }
        }
    }

    @Test
    void promotedServerWithAnotherUuidIsReadFromWhereTheFirstEnded() {
        try (MySqlDatabase before = first.createDatabase();
                MySqlServer promoted =
                        MySqlServer.start(MySqlOptions.of(MySqlRelease.MYSQL).withSetting("server-id", "3"))) {
            before.execute("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            StoredOffsets offsets = new StoredOffsets();
            MySqlDatabase none = promoted.database("");
            none.execute(
                    "CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = " + first.port()
                            + ", SOURCE_USER = '" + first.user() + "', SOURCE_PASSWORD = '" + first.password()
                            + "', SOURCE_AUTO_POSITION = 1, GET_SOURCE_PUBLIC_KEY = 1",
                    "START REPLICA");
            awaitExecuted(none, before);
            none.execute("STOP REPLICA SQL_THREAD");
            try (TaskRun run = TaskRun.start(TaskRun.properties(before, Map.of(), "t"), offsets)) {
                run.pollSnapshots(1);
                before.execute("INSERT INTO t VALUES (2)");
                run.pollUntil("the row", polled -> ids(polled).contains(2));
            }
            before.execute("INSERT INTO t VALUES (3)");
            Map<String, Object> reached = offsets.of(Map.of("table", "erp/" + before.name() + ".t"));
            MySqlDatabase after = promoted.database(before.name());
            try (TaskRun run = TaskRun.start(TaskRun.properties(after, Map.of(), "t"), offsets)) {
                // It lags behind what was read.
                Conditions.await(
                        Duration.ofSeconds(30),
                        "no try has failed",
                        () -> hasFailed(run, new TableId(before.name(), "t")));
                none.execute("START REPLICA SQL_THREAD");
                awaitExecuted(none, before);
                none.execute("STOP REPLICA");
                after.execute("INSERT INTO t VALUES (4)");
                List<SourceRecord> records =
                        run.pollUntil("both rows", polled -> ids(polled).contains(4));

                assertThat(ids(records)).containsExactly(3, 4);
            }
            assertThat(offsets.of(Map.of("table", "erp/" + before.name() + ".t"))
                            .get("system"))
                    .isNotEqualTo(reached.get("system"))
                    .isEqualTo(none.value("SELECT @@server_uuid"));
        }
    }

    private static boolean hasFailed(TaskRun run, TableId table) {
        try {
            return run.metric(table, "failures-in-a-row") > 0;
        } catch (AssertionError nothingIsToldYet) {
            return false;
        }
    }

    private static void awaitExecuted(MySqlDatabase replica, MySqlDatabase source) {
        String executed = source.value("SELECT @@gtid_executed");
        assertThat(replica.value("SELECT WAIT_FOR_EXECUTED_GTID_SET('" + executed + "', 120)"))
                .isEqualTo("0");
    }

    @Test
    void connectionsThatReachDifferentServersAreToldApart() throws Exception {
        try (Divided divided = new Divided(first.port(), second.port());
                MySqlDatabase database = first.createDatabase()) {
            database.execute("CREATE TABLE t (id int PRIMARY KEY)");
            Map<String, String> properties = TaskRun.properties(database, Map.of(), "t");
            properties.put("connection.url", "jdbc:mysql://127.0.0.1:" + divided.port());

            assertThat(errors(properties))
                    .containsOnlyKeys("connection.url")
                    .hasEntrySatisfying(
                            "connection.url",
                            message -> assertThat(message).contains("Two connections have reached two servers, "));
            divided.startAgain();
            try (TaskRun run = TaskRun.start(properties, new StoredOffsets())) {
                assertThatThrownBy(() -> run.pollUntil("a failure", records -> false))
                        .isInstanceOf(ConnectException.class)
                        .hasMessageContaining("the binlog comes from the server with the server_id 2, while queries"
                                + " reach the one with 1");
            }
        }
    }

    @Test
    void certificatesAreVerifiedByTheDriverAndByTheClientOfTheBinlog() {
        try (MySqlDatabase database = first.createDatabase()) {
            database.execute("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            Map<String, String> verified = Map.of(
                    "ssl.mode",
                    "verify_identity",
                    "ssl.truststore.location",
                    certificate.trusting().toString(),
                    "ssl.truststore.password",
                    TestCertificate.PASSWORD);
            Map<String, String> properties = asReader(database, verified);
            assertThat(errors(properties)).isEmpty();
            copyOf(database, properties);
            assertThat(database.number("SELECT COUNT(*) FROM t")).isEqualTo(2);

            Map<String, String> otherHost = new HashMap<>(properties);
            otherHost.put("connection.url", "jdbc:mysql://localhost:" + first.port());
            assertThat(errors(otherHost))
                    .containsOnlyKeys("ssl.mode")
                    .hasEntrySatisfying(
                            "ssl.mode",
                            message -> assertThat(message).contains("the server's certificate is of another host"));
            otherHost.put("ssl.mode", "verify_ca");
            assertThat(errors(otherHost)).isEmpty();

            Map<String, String> otherAuthority = new HashMap<>(properties);
            TestCertificate stranger = TestCertificate.of("ip:127.0.0.1");
            otherAuthority.put("ssl.truststore.location", stranger.trusting().toString());
            assertThat(errors(otherAuthority))
                    .containsOnlyKeys("ssl.mode")
                    .hasEntrySatisfying(
                            "ssl.mode",
                            message -> assertThat(message)
                                    .contains("the server's certificate is not one that is trusted")
                                    .contains("Let ssl.truststore.location name a store"));
            try (TaskRun run = TaskRun.start(otherAuthority, new StoredOffsets())) {
                assertThatThrownBy(() -> run.pollUntil("a failure", records -> false))
                        .isInstanceOf(ConnectException.class)
                        .hasMessageContaining("the server's certificate is not one that is trusted");
            }
            otherAuthority.put("ssl.truststore.password", "wrong");
            otherAuthority.put("ssl.keystore.location", "/nowhere.p12");
            assertThat(errors(otherAuthority))
                    .containsOnlyKeys("ssl.truststore.location", "ssl.keystore.location")
                    .containsEntry("ssl.keystore.location", "There is no file /nowhere.p12 on this worker.");
        }
    }

    /** MySQL sends such passwords only encrypted, by TLS or by a key of its own, until it knows the user. */
    @Test
    void cachingSha2PasswordsWorkWithoutTls() {
        try (MySqlDatabase database = first.createDatabase()) {
            database.execute("CREATE TABLE t (id int PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            Map<String, String> properties = asReader(database, Map.of("ssl.mode", "disabled"));

            copyOf(database, properties);

            assertThat(database.value(
                            "SELECT plugin FROM mysql.user WHERE user = '" + properties.get("connection.user") + "'"))
                    .isEqualTo("caching_sha2_password");
        }
    }

    private static void copyOf(MySqlDatabase database, Map<String, String> properties) {
        try (TaskRun run = TaskRun.start(properties, new StoredOffsets())) {
            run.pollSnapshots(1);
            database.execute("INSERT INTO t VALUES (2)");
            run.pollUntil("the row", polled -> ids(polled).contains(2));
        }
    }

    private static Map<String, String> asReader(MySqlDatabase database, Map<String, String> more) {
        Role user = database.createUser("reader");
        database.execute(
                "GRANT SELECT ON * TO '" + user.name() + "'@'%'",
                "GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO '" + user.name() + "'@'%'");
        Map<String, String> all = new HashMap<>(more);
        all.put("connection.user", user.name());
        all.put("connection.password", user.password());
        return TaskRun.properties(database, all, "t");
    }

    private static List<Integer> ids(List<SourceRecord> records) {
        return records.stream()
                .filter(record -> record.value() != null
                        && !record.topic().startsWith("__")
                        && TaskRun.envelope(record).getString("op").equals("c"))
                .map(record -> TaskRun.after(record).getInt32("id"))
                .toList();
    }

    private static Map<String, String> errors(Map<String, String> properties) {
        return MySqlValidation.validate(properties).configValues().stream()
                .filter(value -> !value.errorMessages().isEmpty())
                .collect(Collectors.toMap(ConfigValue::name, value -> String.join(" ", value.errorMessages())));
    }

    /** Sends each connection to the other one of two servers. */
    private static final class Divided implements AutoCloseable {
        private final ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        private final ExecutorService threads = Executors.newCachedThreadPool();
        private final int[] ports;
        private int next;

        Divided(int... ports) throws IOException {
            this.ports = ports.clone();
            Future<?> unused = threads.submit(this::accept);
        }

        int port() {
            return listening.getLocalPort();
        }

        /** The next connection goes to the first server. */
        synchronized void startAgain() {
            next = 0;
        }

        private synchronized int chosen() {
            return ports[next++ % ports.length];
        }

        private Void accept() throws IOException {
            while (true) {
                Socket client = listening.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), chosen());
                Future<?> unusedThere = threads.submit(() -> forward(client, server));
                Future<?> unusedBack = threads.submit(() -> forward(server, client));
            }
        }

        private static Void forward(Socket from, Socket to) throws IOException {
            try (from;
                    to;
                    InputStream in = from.getInputStream();
                    OutputStream out = to.getOutputStream()) {
                in.transferTo(out);
            }
            return null;
        }

        @Override
        public void close() throws IOException {
            listening.close();
            threads.shutdownNow();
        }
    }
}
