// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tablecast.docs.ShellList.Entry;
import io.tablecast.docs.ShellList.How;
import io.tablecast.testing.Conditions;
import io.tablecast.testing.ConnectWorker;
import io.tablecast.testing.Database;
import io.tablecast.testing.KafkaBroker;
import io.tablecast.testing.Plugins;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.WorkerOptions;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of README and manual as they stand there, by a shell, one after the other as a reader would type them. Only
 * hosts, passwords and the plugins' folder are this machine's.
 */
final class ShellCommandsIT {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Path ROOT = MarkdownPage.ROOT;

    @TempDir
    private static Path folder;

    private static Database shop;
    private static Database warehouse;
    private static ConnectWorker worker;

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(
                Stream.of("curl", "jq", "unzip").allMatch(ShellCommandsIT::isInstalled),
                "SKIPPED: the commands of the manual need curl, jq and unzip.");
        shop = PostgresServer.shared().createDatabase();
        warehouse = PostgresServer.shared().createDatabase();
        // What the roles need is checked elsewhere.
        shop.execute(
                "CREATE ROLE tablecast SUPERUSER LOGIN PASSWORD 'secret'",
                "CREATE TABLE public.orders (id bigint PRIMARY KEY, note text)",
                "INSERT INTO public.orders SELECT i, 'note' FROM generate_series(1, 100) AS i",
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.events (id bigint PRIMARY KEY, at timestamptz NOT NULL)",
                "INSERT INTO shop.events SELECT i, timestamptz '2026-01-01' + i * interval '1 hour'"
                        + " FROM generate_series(1, 100) AS i");
        for (String table : List.of("customers", "products", "orders", "order_lines")) {
            shop.execute("CREATE TABLE shop." + table + " (id int PRIMARY KEY)");
        }
        worker = ConnectWorker.start(
                KafkaBroker.shared(),
                Plugins.built(),
                WorkerOptions.defaults("manual")
                        .withEnvironment("TABLECAST_SOURCE_URL", shop.jdbcUrl())
                        .withEnvironment("TABLECAST_SOURCE_USER", "tablecast")
                        .withEnvironment("TABLECAST_SOURCE_PASSWORD", "secret"));
        for (String name : List.of("operator-cli", "config", "source-connector", "sink-connector")) {
            Files.createSymbolicLink(folder.resolve(name), ROOT.resolve(name));
        }
        Files.writeString(
                folder.resolve("worker.properties"),
                Files.readString(ROOT.resolve("config/worker-distributed.properties"))
                        .replace("localhost:9092", KafkaBroker.shared().bootstrapServers()));
        Files.writeString(folder.resolve("environment"), "");
        Files.writeString(folder.resolve("offsets.json"), """
                {"offsets": [{"partition": {"table": "erp/public.orders"}, "offset": null}]}""");
    }

    @AfterAll
    static void stop() {
        if (worker != null) {
            worker.close();
            warehouse.close();
            shop.execute("DROP OWNED BY tablecast CASCADE");
            shop.close();
            PostgresServer.shared().database("postgres").execute("DROP ROLE tablecast");
        }
    }

    @Test
    void commandsOfTheManualDoWhatTheySay() throws IOException, InterruptedException {
        List<ShellCommand> commands = ShellCommand.all();
        for (Entry entry : ShellList.read()) {
            if (entry.how() == How.RUN) {
                ShellCommand command = commands.stream()
                        .filter(candidate -> candidate.toString().equals(entry.toString()))
                        .findFirst()
                        .orElseThrow();
                before(command.name());
                assertThat(run(command.text())).as(entry.toString()).doesNotContain("\"error_code\"");
                after(command.name());
            }
        }
        assertThat(folder.resolve("plugins")).isDirectoryContaining("glob:**tablecast-source-connector-*");
        assertThat(folder.resolve("setup.sql")).isRegularFile();
        assertThat(shop.column("SELECT tgname FROM pg_trigger WHERE tgrelid = 'public.orders'::regclass"))
                .as("triggers that cleanup removes")
                .isEmpty();
        assertThat(warehouse.number("SELECT count(*) FROM public.orders")).isEqualTo(100);
    }

    /** What a reader has, or waits for, before the next command. */
    private static void before(String command) throws IOException {
        if (command.startsWith("tablecast check erp-source.json")) {
            // A table whose rows have times, for what the manual says of them.
            Path file = folder.resolve("erp-source.json");
            Files.writeString(
                    file,
                    Files.readString(file)
                            .replace("\"public\\\\.orders\"", "\"public\\\\.orders,shop\\\\.events\"")
                            .replace(
                                    "\"queue\",",
                                    "\"queue\", \"table.shop.events.mode\": \"incremental\","
                                            + " \"table.shop.events.control.column\": \"at\","));
            Path sink = folder.resolve("erp-sink.json");
            Files.writeString(sink, Files.readString(sink).replace("erp\\\\.public", "erp\\\\.(public|shop)"));
        }
        if (command.startsWith("tablecast compare")) {
            awaitRows("public.orders");
            awaitRows("shop.events");
        }
        if (command.startsWith("tablecast cleanup")) {
            Conditions.await(
                    PATIENCE,
                    "erp-source is still connected",
                    () -> shop.number("SELECT count(*) FROM pg_stat_activity"
                                    + " WHERE application_name LIKE 'tablecast/erp-source%'")
                            == 0);
        }
        if (command.contains("-d @offsets.json")) {
            Conditions.await(
                    PATIENCE,
                    "erp-source still has tasks",
                    () -> worker.rest().text("/connectors/erp-source/status").contains("\"tasks\":[]"));
        }
    }

    private static void after(String command) {
        if (command.contains("@config/postgres-queue-source.json")) {
            worker.rest().awaitRunning("shop-source", PATIENCE);
            worker.rest().delete("shop-source");
        }
        if (command.endsWith("/connectors/erp-sink/stop")) {
            Conditions.await(
                    PATIENCE,
                    "erp-sink still has tasks",
                    () -> worker.rest().text("/connectors/erp-sink/status").contains("\"tasks\":[]"));
        }
    }

    private static void awaitRows(String table) {
        Conditions.await(
                PATIENCE,
                () -> table + " has not arrived: " + worker.rest().text("/connectors?expand=status"),
                () -> warehouse.value("SELECT to_regclass('" + table + "')") != null
                        && warehouse.number("SELECT count(*) FROM " + table) == 100);
    }

    /** What an {@code export} sets stays for the commands behind it. */
    private static String run(String text) throws IOException, InterruptedException {
        String here = text.replaceAll(
                        "http://(localhost|connect):8083", worker.rest().toString())
                .replace("jdbc:postgresql://source-host:5432/shop", shop.jdbcUrl())
                .replace("jdbc:postgresql://warehouse-host:5432/warehouse", warehouse.jdbcUrl())
                .replace("PASSWORD=...", "PASSWORD=secret")
                .replace("PGPASSWORD=secret", "PGPASSWORD='" + shop.password() + "'")
                .replace("/opt/connect/plugins", folder.resolve("plugins").toString());
        if (here.startsWith("export ")) {
            Files.writeString(
                    folder.resolve("environment"), Files.readString(folder.resolve("environment")) + here + "\n");
        }
        ProcessBuilder builder = new ProcessBuilder("sh", "-euc", ". ./environment\n" + here)
                .directory(folder.toFile())
                .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.put("JAVA_HOME", System.getProperty("java.home"));
        environment.put("PATH", ROOT.resolve("operator-cli/bin") + File.pathSeparator + environment.get("PATH"));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s%n%s", here, output).isZero();
        return output;
    }

    private static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .anyMatch(place -> Files.isExecutable(Path.of(place, program)));
    }
}
