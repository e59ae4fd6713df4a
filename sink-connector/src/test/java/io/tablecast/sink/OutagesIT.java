// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a destination cannot do for now is tried until it can, and what it never will is said with its place. */
class OutagesIT {

    private static final Duration A_WHILE = Duration.ofSeconds(2);

    private final TopicLog log = new TopicLog("erp.shop.orders", 0);
    private final Orders orders = new Orders(log, "orders");
    private Destination destination;

    @BeforeEach
    void createDatabase() {
        destination = Destination.create();
    }

    @AfterEach
    void dropDatabase() {
        destination.close();
    }

    @Test
    void aServerThatTakesNoMoreConnectionsIsTriedUntilItDoes() throws SQLException {
        Role role = destination.database().createRole("writer");
        destination
                .database()
                .execute(
                        "GRANT CREATE ON DATABASE " + destination.database().name() + " TO " + role.name(),
                        "ALTER ROLE " + role.name() + " CONNECTION LIMIT 1");
        orders.insert(1, "a", 1);
        try (DrivenTask task =
                destination.task("connection.user", role.name(), "connection.password", role.password())) {
            task.open(log);
            try (Connection only =
                    DriverManager.getConnection(destination.database().jdbcUrl(), role.name(), role.password())) {
                assertThat(only.isValid(1)).isTrue();
                turnForAWhile(task);
                assertThat(task.committed()).isEmpty();
            }
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("1:a:1");
    }

    @Test
    void aDatabaseThatIsReadOnlyAsAStandbyIsTriedUntilItIsNot() {
        orders.insert(1, "a", 1);
        String readOnly = "ALTER DATABASE " + destination.database().name() + " SET default_transaction_read_only = ";
        destination.database().execute(readOnly + "on");
        try (DrivenTask task = destination.task()) {
            task.open(log);
            turnForAWhile(task);
            assertThat(task.committed()).isEmpty();
            destination.database().execute("SET default_transaction_read_only = off", readOnly + "off");
            endSessions();
            task.drain();
        }

        assertThat(destination.orders()).containsExactly("1:a:1");
    }

    @Test
    void aStandbyIsTriedUntilItIsPromoted() throws IOException {
        try (PostgresServer server = PostgresServer.start();
                Destination own = Destination.on(server)) {
            Path data = Path.of(own.database().value("SHOW data_directory"));
            assumeTrue(Files.exists(data), "SKIPPED: the server runs on another machine");
            orders.insert(1, "a", 1);
            try (DrivenTask task = own.task()) {
                task.open(log);
                task.drain();
                server.stop();
                Path signal = Files.createFile(data.resolve("standby.signal"));
                Files.setOwner(signal, Files.getOwner(data));
                server.startAgain();
                assertThat(own.database().value("SELECT pg_is_in_recovery()")).isEqualTo("t");
                orders.update(1, "b", 2);
                turnForAWhile(task);
                assertThat(task.committed().get(log.partition()).offset()).isEqualTo(1);
                assertThat(new PostgresSinkConnector()
                                .validate(own.settings()).configValues().stream()
                                        .flatMap(value -> value.errorMessages().stream())
                                        .toList())
                        .singleElement()
                        .asString()
                        .contains("is a standby, which is read-only. Promote it");

                assertThat(own.database().value("SELECT pg_promote()")).isEqualTo("t");
                task.drain();
            }
            assertThat(own.orders()).containsExactly("1:b:2");
        }
    }

    @Test
    void aValueOutOfRangeIsNamedWithItsColumn() {
        destination
                .database()
                .execute(
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text, amount smallint)");
        orders.insert(1, "a", 1);
        orders.insert(2, "b", 70_000);

        try (DrivenTask task = destination.task()) {
            task.open(log);
            assertThatThrownBy(task::drain)
                    .isInstanceOf(ConnectException.class)
                    .hasMessageContaining(
                            "Cannot apply erp.shop.orders[0]@1 to shop.orders, key (id=2), column \"amount\"");
        }
    }

    @Test
    void aFullDiskIsWaitedFor() throws IOException, InterruptedException {
        try (PostgresServer server = PostgresServer.start();
                Destination own = Destination.on(server)) {
            Path disk = Files.createTempDirectory(Path.of("/tmp"), "tablecast-small-disk");
            try {
                boolean isMounted = run("mount", "-t", "tmpfs", "-o", "size=24m,mode=0777", "tmpfs", disk.toString());
                assumeTrue(isMounted, "SKIPPED: a small disk needs the right to mount a tmpfs");
                Path data = Path.of(own.database().value("SHOW data_directory"));
                assumeTrue(Files.exists(data), "SKIPPED: the server runs on another machine");
                Path folder = Files.createDirectory(disk.resolve("space"));
                Files.setOwner(folder, Files.getOwner(data));
                fillAndGrow(own, disk, folder);
            } finally {
                own.database().execute("DROP SCHEMA IF EXISTS shop CASCADE", "DROP TABLESPACE IF EXISTS small");
                run("umount", "--lazy", disk.toString());
                Files.delete(disk);
            }
        }
    }

    private void fillAndGrow(Destination own, Path disk, Path folder) throws IOException, InterruptedException {
        own.database().execute("CREATE TABLESPACE small LOCATION '" + folder + "'");
        own.database()
                .execute(
                        "CREATE SCHEMA shop",
                        "CREATE TABLE shop.orders (id bigint PRIMARY KEY, code text, amount int) TABLESPACE small");
        Random random = new Random(1);
        for (int id = 1; id <= 4000; id++) {
            orders.insert(id, text(random), id);
        }
        try (DrivenTask task = own.task("batch.max.rows", "500")) {
            task.open(log);
            task.turnUntil("something is written", () -> !task.committed().isEmpty());
            turnForAWhile(task);
            turnForAWhile(task);
            assertThat(task.committed().get(log.partition()).offset()).isLessThan(4000);
            assertThat(run("mount", "-o", "remount,size=256m", disk.toString())).isTrue();
            task.drain();
        }

        assertThat(own.database().number("SELECT count(*) FROM shop.orders")).isEqualTo(4000);
    }

    // Nothing that a server could compress.
    private static String text(Random random) {
        return random.ints(9000, 33, 127).mapToObj(Character::toString).collect(Collectors.joining());
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    private static void turnForAWhile(DrivenTask task) {
        long until = System.nanoTime() + A_WHILE.toNanos();
        task.turnUntil("some time has passed", () -> System.nanoTime() > until);
    }

    private void endSessions() {
        destination
                .database()
                .rows("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE application_name = 'tablecast/sink-a' AND datname = current_database()");
    }
}
