// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.testing.Database;
import io.tablecast.testing.PostgresServer;
import io.tablecast.testing.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as it ships, by its script, against a real server. */
class TablecastCommandIT {
    private static final String PASSWORD_VARIABLE = "TABLECAST_SOURCE_PASSWORD";
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Database database;
    private static Role role;

    @TempDir
    private Path folder;

    @BeforeAll
    static void createShop() {
        database = PostgresServer.shared().createDatabase();
        role = database.createRole("reader");
        String quotedRole = Database.quote(role.name());
        database.execute(
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.orders (id bigint PRIMARY KEY, note text)",
                "CREATE TABLE shop.log (line text)",
                "GRANT USAGE ON SCHEMA shop TO " + quotedRole,
                "GRANT SELECT, TRIGGER ON ALL TABLES IN SCHEMA shop TO " + quotedRole,
                "GRANT CREATE ON DATABASE " + Database.quote(database.name()) + " TO " + quotedRole);
    }

    @AfterAll
    static void dropShop() {
        database.close();
    }

    @Test
    void goodSourceAndSinkAreFine() throws Exception {
        Path source = file("source.json", source());
        Path sink = file("sink.json", sink());

        CommandRun run = check(Map.of(), source, sink);

        assertThat(run.out())
                .isEqualTo(source + ": fine (io.tablecast.source.PostgresSourceConnector)\n" + sink
                        + ": fine (io.tablecast.sink.PostgresSinkConnector)\n");
        assertThat(run.exitCode()).isZero();
    }

    @Test
    void wrongPasswordIsToldOnItsKeyAndNotShown() throws Exception {
        Path source = file("source.json", with(source(), "connection.password", "open sesame"));
        Path sink = file("sink.json", with(sink(), "connection.password", "open sesame"));

        CommandRun run = check(Map.of(), source, sink);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains(source + ": 1 problem", sink + ": 1 problem", "  connection.password\n")
                .contains("password authentication failed for user \"" + role.name() + "\"");
        assertThat(run.out() + run.err()).doesNotContain("open sesame");
    }

    @Test
    void misspeltKeyBringsTheRightOne() throws Exception {
        Path source = file("source.json", with(source(), "queue.shema", "queues"));
        Path sink = file("sink.json", with(sink(), "delete.mod", "delete"));

        CommandRun run = check(Map.of(), source, sink);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("  queue.shema\n").contains("\"queue.schema\"");
        assertThat(run.out()).contains("  delete.mod\n").containsPattern("Did you mean \"?delete\\.mode\"?\\?");
    }

    @Test
    void missingTableAndTableWithoutKeyAreTold() throws Exception {
        Path missing = file("missing.json", with(source(), "table.include.list", "shop\\.invoices"));
        Path keyless = file("keyless.json", with(source(), "table.include.list", "shop\\.log"));

        CommandRun run = check(Map.of(), missing, keyless);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("  table.include.list\n")
                .contains("Matches no table")
                .contains("shop.log has no key");
    }

    @Test
    void unreachableServerIsToldOnTheUrl() throws Exception {
        Path source = file("source.json", with(source(), "connection.url", "jdbc:postgresql://127.0.0.1:1/shop"));

        CommandRun run = check(Map.of(), source);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("  connection.url\n").contains("127.0.0.1:1");
    }

    @Test
    void placeholdersAreResolvedFromTheEnvironmentThatTheWorkerFileAllows() throws Exception {
        Path worker = Path.of(System.getProperty("tablecast.root"), "config", "worker-distributed.properties");
        Path source = file("source.json", with(source(), "connection.password", "${env:" + PASSWORD_VARIABLE + "}"));

        CommandRun fine = check(Map.of(PASSWORD_VARIABLE, role.password()), "--worker", worker, source);
        CommandRun wrong = check(Map.of(PASSWORD_VARIABLE, "open sesame"), "--worker", worker, source);
        CommandRun unset = check(Map.of(), "--worker", worker, source);

        assertThat(fine.exitCode()).as(fine.out()).isZero();
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.out()).contains("password authentication failed").doesNotContain("open sesame");
        assertThat(unset.exitCode()).isEqualTo(1);
        assertThat(unset.out())
                .contains("  connection.password\n    ${env:" + PASSWORD_VARIABLE + "} cannot be resolved: the"
                        + " environment variable " + PASSWORD_VARIABLE + " is not set here");
    }

    @Test
    void filesThatCannotBeReadAreAnErrorOfTheirOwn() throws Exception {
        Path missing = folder.resolve("missing.json");
        Path broken = Files.writeString(folder.resolve("broken.json"), "{\"connector.class\": ");

        CommandRun run = check(Map.of(), missing, broken);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out())
                .contains("There is no file " + missing + ".")
                .contains(broken + " is not valid JSON at line 1, column ");
    }

    @Test
    void jsonOutputIsReadable() throws Exception {
        Path good = file("good.json", source());
        Path bad = file("bad.json", with(source(), "mode", "magic"));

        CommandRun run = check(Map.of(), "--output", "json", good, bad);

        JsonNode files = JSON.readTree(run.out()).get("files");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(files.findValuesAsText("result")).containsExactly("fine", "problems");
        assertThat(files.findValuesAsText("field")).containsExactly("mode");
    }

    private static Map<String, String> source() {
        Map<String, String> settings = connection();
        settings.put("connector.class", "io.tablecast.source.PostgresSourceConnector");
        settings.put("tasks.max", "1");
        settings.put("topic.prefix", "erp");
        settings.put("mode", "queue");
        settings.put("table.include.list", "shop\\.orders");
        return settings;
    }

    private static Map<String, String> sink() {
        Map<String, String> settings = connection();
        settings.put("connector.class", "io.tablecast.sink.PostgresSinkConnector");
        settings.put("tasks.max", "1");
        // Not the source's own table: both sides are one database here.
        settings.put("topics", "erp.copied.orders");
        return settings;
    }

    private static Map<String, String> connection() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("connection.url", database.jdbcUrl());
        settings.put("connection.user", role.name());
        settings.put("connection.password", role.password());
        return settings;
    }

    private static Map<String, String> with(Map<String, String> settings, String key, String value) {
        settings.put(key, value);
        return settings;
    }

    private Path file(String name, Map<String, String> settings) throws IOException {
        Path file = folder.resolve(name);
        JSON.writeValue(file.toFile(), settings);
        return file;
    }

    private CommandRun check(Map<String, String> environment, Object... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("tablecast.root"), "operator-cli", "bin", "tablecast")
                .toString());
        command.add("check");
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError("No end within 60 s: " + command);
        }
        return new CommandRun(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }
}
