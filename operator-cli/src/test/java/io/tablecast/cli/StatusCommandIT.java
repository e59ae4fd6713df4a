// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** {@code tablecast deploy}, {@code status} and {@code errors} with a real worker and real databases. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StatusCommandIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private static Path folder;

    private static DeployedShop shop;

    @BeforeAll
    static void createShop() throws IOException {
        shop = new DeployedShop("status", folder);
        shop.source()
                .execute(
                        "CREATE TABLE shop.orders (id int PRIMARY KEY, amount int)",
                        "CREATE TABLE shop.prices (id int PRIMARY KEY, price numeric)",
                        "CREATE TABLE shop.events (id int PRIMARY KEY, note text)",
                        "INSERT INTO shop.orders SELECT i, i FROM generate_series(1, 100) AS i",
                        "INSERT INTO shop.prices SELECT i, i FROM generate_series(1, 50) AS i",
                        "INSERT INTO shop.events SELECT i, 'note' FROM generate_series(1, 10) AS i",
                        "ANALYZE");
    }

    @AfterAll
    static void dropShop() {
        shop.close();
    }

    @Test
    @Order(1)
    void nothingIsDeployedWhenOneFileHasAProblem() throws IOException {
        Path source = shop.sourceFile(Map.of());
        Path sink = shop.sinkFile(Map.of("delete.mod", "delete"));

        CommandRun run = DeployedShop.connect("deploy", source, sink);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.err())
                .contains("status-sink: not deployed", "  delete.mod")
                .contains("delete.mode");
        assertThat(Cluster.rest().connectors()).doesNotContain("status-source", "status-sink");
    }

    @Test
    @Order(2)
    void connectorsAreCreatedAndRun() throws IOException {
        Path source = shop.sourceFile(Map.of(
                "table.shop.prices.mode", "snapshot",
                "table.shop.events.mode", "incremental",
                "table.shop.events.control.column", "id"));
        Path sink = shop.sinkFile(Map.of("on.table.error", "quarantine", "errors.tolerance", "all"));

        CommandRun first = DeployedShop.connect("deploy", source, sink);
        CommandRun second = DeployedShop.connect("deploy", source, sink);

        assertThat(first).isEqualTo(new CommandRun(0, """
                        status-source: created
                        status-sink: created
                        status-source: running (1 task)
                        status-sink: running (1 task)
                        """, ""));
        assertThat(second.out()).contains("status-source: unchanged", "status-sink: unchanged");
    }

    @Test
    @Order(3)
    void everyTableIsShownWithModeStateAndRows() throws IOException {
        shop.awaitRows("shop.orders", 100);
        shop.awaitRows("shop.prices", 50);
        shop.awaitRows("shop.events", 10);
        awaitTable("shop.orders", table -> table.path("state").asText().equals("following"));

        CommandRun text = shop.run("status");
        CommandRun check = shop.run("status", "--check");

        assertThat(text.exitCode()).as(text.err()).isZero();
        assertThat(text.out())
                .contains("status-source  source  running (1 task)", "status-sink    sink    running (1 task)")
                .containsPattern("TABLE +MODE +STATE +LAG +ROWS +TO\n")
                .containsPattern("shop\\.orders +queue +following +0 s +\\d+ +status-sink")
                .containsPattern("shop\\.prices +snapshot +following +0 s +")
                .containsPattern("shop\\.events +incremental +following +");
        assertThat(check).isEqualTo(new CommandRun(0, "OK: 3 tables\n", ""));
    }

    @Test
    @Order(4)
    void changesThatWaitAreALag() throws Exception {
        try (Connection reader = shop.destination().connection();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("LOCK TABLE shop.orders IN SHARE MODE");
            // Its rows would leave the queue as soon as the source's offset is stored.
            shop.source()
                    .execute("INSERT INTO tablecast.queue_consumer (consumer, table_schema, table_name, confirmed)"
                            + " VALUES ('other/other', 'shop', 'orders', pg_current_snapshot())");
            shop.source().execute("UPDATE shop.orders SET amount = 7 WHERE id = 1");

            JsonNode late =
                    awaitTable("shop.orders", table -> table.path("lag_seconds").asDouble() > 0.5);
            CommandRun warning = shop.run("status", "--check", "--warning", "0.1");
            CommandRun critical = shop.run("status", "--check", "--warning", "0.1", "--critical", "0.2");

            assertThat(late.path("level").asText()).isEqualTo("ok");
            assertThat(warning.exitCode()).isEqualTo(1);
            assertThat(warning.out()).contains("WARNING: shop.orders following, lag ", "(of 3 tables)");
            assertThat(critical.exitCode()).isEqualTo(2);
            assertThat(critical.out()).startsWith("CRITICAL: ");
            reader.rollback();
            shop.source().execute("DELETE FROM tablecast.queue_consumer WHERE consumer = 'other/other'");
        }
        awaitTable("shop.orders", table -> table.path("lag_seconds").asDouble() == 0);
    }

    /** Of the last change nothing is left at the source: only Kafka knows of it. */
    @Test
    @Order(4)
    void recordsThatStandInKafkaAreALagWhenKafkaIsAsked() throws Exception {
        Path worker = Files.writeString(
                folder.resolve("worker.properties"),
                "bootstrap.servers=" + KafkaBroker.shared().bootstrapServers() + "\ngroup.id=cli\n"
                        + "config.providers=file\nconfig.providers.file.class="
                        + "org.apache.kafka.common.config.provider.FileConfigProvider\n");
        Path nowhere = Files.writeString(
                folder.resolve("nowhere.properties"), Files.readString(worker).replaceFirst("=\\S+", "=127.0.0.1:1"));
        CommandRun fine = shop.run("status", "--check", "--worker", worker);
        try (Connection reader = shop.destination().connection();
                Statement statement = reader.createStatement()) {
            reader.setAutoCommit(false);
            statement.execute("LOCK TABLE shop.events IN SHARE MODE");
            shop.source().execute("INSERT INTO shop.events VALUES (11, 'waits')");

            Conditions.await(
                    DeployedShop.PATIENCE,
                    "the record does not wait",
                    () -> shop.run("status", "--check", "--warning", "1", "--worker", worker)
                                    .exitCode()
                            == 1);
            CommandRun late = shop.run("status", "--check", "--warning", "1", "--worker", worker);
            CommandRun blind = shop.run("status", "--check", "--warning", "60");

            assertThat(late.out())
                    .startsWith("WARNING: shop.events following, lag ")
                    .contains("(of 3 tables)");
            assertThat(blind.out()).isEqualTo("OK: 3 tables\n");
            reader.rollback();
        }
        shop.awaitRows("shop.events", 11);
        CommandRun caughtUp = shop.run("status", "--check", "--warning", "60", "--worker", worker);
        CommandRun away = shop.run("status", "--check", "--worker", nowhere);
        CommandRun unnamed = shop.run(
                "status",
                "--check",
                "--worker",
                Files.writeString(
                        folder.resolve("unnamed.properties"),
                        Files.readString(worker).replaceFirst("=\\S+", "=kafka-without-port")));
        CommandRun withoutLogin = shop.run(
                "status",
                "--check",
                "--worker",
                Files.writeString(
                        folder.resolve("login.properties"),
                        Files.readString(worker)
                                + "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\n"
                                + "sasl.jaas.config=com.example.NoLogin required password=\"open sesame\";\n"));

        assertThat(fine).isEqualTo(new CommandRun(0, "OK: 3 tables\n", ""));
        assertThat(caughtUp.out()).isEqualTo("OK: 3 tables\n");
        assertThat(away.exitCode()).isEqualTo(2);
        assertThat(away.out())
                .startsWith(
                        "CRITICAL: Kafka cannot be asked for records that status-sink has not written: at 127.0.0.1:1: ");
        assertThat(unnamed.out())
                .contains(
                        "at kafka-without-port: Failed to construct kafka consumer: ",
                        "Invalid url in bootstrap.servers");
        assertThat(withoutLogin.out())
                .contains("at " + KafkaBroker.shared().bootstrapServers() + ": ", "com.example.NoLogin")
                .doesNotContain("open sesame");
    }

    @Test
    @Order(5)
    void recordsPutAsideAndQuarantinedTablesAreErrorsThatSayWhere() throws IOException {
        assertThat(shop.run("errors")).isEqualTo(new CommandRun(0, "", ""));
        shop.destination().execute("ALTER TABLE shop.orders ADD CONSTRAINT cheap CHECK (amount < 1000)");
        shop.source().execute("UPDATE shop.orders SET amount = 1000 WHERE id = 2");
        Conditions.await(
                DeployedShop.PATIENCE,
                "the record is not put aside",
                () -> shop.run("errors").exitCode() == 1);

        CommandRun errors = shop.run("errors", "shop.orders");
        CommandRun json = shop.run("errors", "--output", "json");

        assertThat(errors.out())
                .contains("  record  shop.orders, key ", "status.shop.orders[0]@")
                .contains("violates check constraint \"cheap\"");
        assertThat(JSON.readTree(json.out()).path("failures").findValuesAsText("sqlstate"))
                .containsExactly("23514");
        assertThat(shop.run("errors", "shop.prices").exitCode()).isZero();
        shop.destination().execute("""
                INSERT INTO tablecast.record_error
                    (connector, topic, partition, record_offset, table_schema, table_name, message)
                SELECT connector, topic, partition, record_offset + n, table_schema, 'prices', message
                FROM tablecast.record_error, generate_series(1, 3) AS n""");
        assertThat(shop.run("errors", "shop.orders", "--limit", "1").out())
                .as("whatever has failed elsewhere since")
                .contains("  record  shop.orders, key ");
        shop.destination().execute("DELETE FROM tablecast.record_error WHERE table_name = 'prices'");
    }

    @Test
    @Order(6)
    void pausedAndUnknownConnectorsAreTold() {
        Cluster.rest().pause("status-sink", DeployedShop.PATIENCE);

        CommandRun paused = shop.run("status", "--check");
        CommandRun unknown = DeployedShop.connect("status", "--connector", "status-snk");
        Cluster.rest().resume("status-sink");

        assertThat(shop.run("status", "--check", "--warning", "7200").err())
                .startsWith("--critical is 3600 s and less than --warning, 7200 s. Say both.\n");
        assertThat(paused.exitCode()).isEqualTo(1);
        assertThat(paused.out()).contains("shop.orders paused");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).isEqualTo("There is no connector \"status-snk\". Did you mean status-sink?\n");
    }

    @Test
    @Order(7)
    void quarantinedTableIsCriticalAndItsReasonIsTold() throws IOException {
        Path sink = shop.sinkFile(Map.of("connection.user", "nobody"));
        CommandRun refused = DeployedShop.connect("deploy", sink);
        shop.destination().execute("DROP TABLE shop.orders", "CREATE VIEW shop.orders AS SELECT 1 AS id");
        Cluster.rest().restart("status-sink");
        shop.source().execute("UPDATE shop.orders SET amount = 5 WHERE id = 5");

        JsonNode orders =
                awaitTable("shop.orders", table -> table.path("state").asText().equals("quarantined"));
        CommandRun status = shop.run("status");
        CommandRun check = shop.run("status", "--check");

        assertThat(refused.exitCode()).isEqualTo(1);
        assertThat(refused.err()).contains("status-sink: not deployed", "  connection.password", "Cannot log in to");
        assertThat(orders.path("level").asText()).isEqualTo("critical");
        assertThat(status.out()).contains("shop.orders: Cannot write to shop.orders: it is a view.");
        assertThat(check.exitCode()).isEqualTo(2);
        assertThat(shop.run("errors").out()).contains("  quarantine  shop.orders");
    }

    @Test
    @Order(8)
    void tablesThatFailedAreCopiedAgainAndOthersAreNot() {
        shop.destination().execute("DROP VIEW shop.orders");

        CommandRun repull = shop.run("repull", "--failed");

        assertThat(repull).isEqualTo(new CommandRun(0, "shop.orders: is copied again\n", ""));
        shop.awaitRows("shop.orders", 100);
        awaitTable("shop.orders", table -> table.path("state").asText().equals("following"));
        assertThat(shop.run("repull", "--failed").out()).isEqualTo("No table has failed.\n");
    }

    @Test
    @Order(9)
    void documentedQueriesAnswer() throws IOException {
        Path page = Path.of(System.getProperty("tablecast.root"), "docs", "operations.md");
        String text = Files.readString(page);
        int begin = text.indexOf("```sql") + "```sql".length();
        List<String> queries = Stream.of(
                        text.substring(begin, text.indexOf("```", begin)).split(";\n", -1))
                .filter(query -> !query.isBlank())
                .toList();

        Map<String, List<List<String>>> answers = new LinkedHashMap<>();
        queries.forEach(query -> answers.put(query.strip(), shop.destination().rows(query)));

        assertThat(answers).hasSize(8);
        assertThat(answer(answers, "-- What ran, and how long"))
                .anySatisfy(row -> assertThat(row).contains("shop", "prices", "snapshot"));
        assertThat(answer(answers, "-- What ran of one table")).isNotEmpty();
        assertThat(answer(answers, "-- What failed today"))
                .anySatisfy(row -> assertThat(row).contains("record", "orders", "23514"));
        assertThat(answer(answers, "-- Is anything wrong")).isEmpty();
    }

    @Test
    @Order(10)
    void tableOfATaskThatHasStoppedIsCriticalAndTheRecordIsNamed() throws IOException {
        DeployedShop.connect("deploy", shop.sinkFile(Map.of("errors.tolerance", "none")));
        shop.destination().execute("ALTER TABLE shop.orders ADD CONSTRAINT dear CHECK (amount < 2000)");
        shop.source().execute("UPDATE shop.orders SET amount = 2000 WHERE id = 3");

        JsonNode orders =
                awaitTable("shop.orders", table -> table.path("state").asText().equals("failed"));
        CommandRun status = shop.run("status");

        assertThat(orders.path("level").asText()).isEqualTo("critical");
        assertThat(status.out())
                .contains("status-sink has failed: ", "Cannot apply status.shop.orders[0]@", "key (id=3)")
                .contains("violates check constraint \"dear\"");
        assertThat(shop.run("status", "--check").exitCode()).isEqualTo(2);
    }

    @Test
    @Order(11)
    void deployTellsOfTasksOfTheNewConfigurationOnly() throws IOException {
        shop.destination().execute("ALTER TABLE shop.orders DROP CONSTRAINT dear");
        CommandRun mended = DeployedShop.connect("deploy", shop.sinkFile(Map.of("batch.max.rows", "1000")));
        CommandRun broken = DeployedShop.connect(
                "deploy", shop.sinkFile(Map.of("consumer.override.partition.assignment.strategy", "no.such.Strategy")));
        CommandRun mendedAgain = DeployedShop.connect("deploy", shop.sinkFile(Map.of("batch.max.rows", "1001")));
        Cluster.rest().pause("status-sink", DeployedShop.PATIENCE);
        CommandRun paused = DeployedShop.connect("deploy", shop.sinkFile(Map.of("batch.max.rows", "1002")));
        CommandRun pausedStill = DeployedShop.connect("deploy", shop.sinkFile(Map.of("batch.max.rows", "1002")));
        Cluster.rest().resume("status-sink");

        assertThat(mended)
                .as("the task had failed before")
                .isEqualTo(new CommandRun(0, "status-sink: changed\nstatus-sink: running (1 task)\n", ""));
        assertThat(broken.exitCode()).as(broken.err()).isEqualTo(1);
        assertThat(broken.out()).isEqualTo("status-sink: changed\n");
        assertThat(broken.err()).startsWith("status-sink: has failed: ").contains("no.such.Strategy");
        assertThat(mendedAgain)
                .isEqualTo(new CommandRun(0, "status-sink: changed\nstatus-sink: running (1 task)\n", ""));
        assertThat(paused)
                .isEqualTo(new CommandRun(
                        0,
                        "status-sink: changed\nstatus-sink: paused (1 task), and stays so until it is resumed: curl -X PUT"
                                + " .../connectors/status-sink/resume\n",
                        ""));
        assertThat(pausedStill)
                .as("somebody may want it so")
                .isEqualTo(new CommandRun(0, paused.out().replace(": changed", ": unchanged"), ""));
    }

    private static List<List<String>> answer(Map<String, List<List<String>>> answers, String question) {
        return answers.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(question))
                .findFirst()
                .orElseThrow()
                .getValue();
    }

    @Test
    void workerThatDoesNotAnswerIsNamed() {
        CommandRun run = CommandRun.of(KnownConnectors.onClassPath(), "status", "--url", "http://127.0.0.1:1");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith("No answer from the Connect worker at http://127.0.0.1:1/")
                .contains("Name the worker with --url");
    }

    private static JsonNode awaitTable(String table, Predicate<JsonNode> wanted) {
        JsonNode[] last = new JsonNode[1];
        Conditions.await(DeployedShop.PATIENCE, () -> table + " is " + last[0], () -> {
            last[0] = table(table);
            return wanted.test(last[0]);
        });
        return last[0];
    }

    private static JsonNode table(String table) {
        CommandRun run = shop.run("status", "--output", "json");
        try {
            List<JsonNode> rows = JSON.readTree(run.out()).path("tables").findParents("table");
            return rows.stream()
                    .filter(row -> row.path("table").asText().equals(table))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(run.toString()));
        } catch (IOException e) {
            throw new AssertionError(run.toString(), e);
        }
    }
}
