// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckCommandTest {
    private static final String GOOD = """
            {"connector.class": "io.tablecast.cli.ShopSourceConnector", "tasks.max": 2,
             "connection.url": "jdbc:postgresql://shop/orders", "connection.password": "right"}
            """;
    private static final KnownConnectors CONNECTORS = new KnownConnectors(List.of(ShopSourceConnector.class));

    @TempDir
    private Path folder;

    @Test
    void goodFileIsFine() throws IOException {
        Path file = file("good.json", GOOD);

        CommandRun run = check(file);

        assertThat(run).isEqualTo(new CommandRun(0, file + ": fine (io.tablecast.cli.ShopSourceConnector)\n", ""));
    }

    @Test
    void requestWithNameIsFine() throws IOException {
        Path file = file("good.json", "{\"name\": \"shop\", \"config\": " + GOOD + "}");

        CommandRun run = check(file);

        assertThat(run)
                .isEqualTo(new CommandRun(0, file + ": fine (shop, io.tablecast.cli.ShopSourceConnector)\n", ""));
    }

    @Test
    void propertiesFileIsFine() throws IOException {
        Path file = file("good.properties", """
                name=shop
                connector.class=ShopSource
                connection.url=jdbc:postgresql://shop/orders
                """);

        CommandRun run = check(file);

        assertThat(run).isEqualTo(new CommandRun(0, file + ": fine (shop, ShopSource)\n", ""));
    }

    @Test
    void fileWithoutANameIsCheckedUnderItsOwn() throws IOException {
        String owned = GOOD.replace("jdbc:postgresql://shop/orders", "owned");
        Path owner = file("owner.json", owned);
        Path guest = file("guest.json", owned);
        Path named = file("named.json", "{\"name\": \"else\", \"config\": " + owned + "}");

        CommandRun run = check(owner, guest, named);

        assertThat(run.out())
                .isEqualTo(owner + ": fine (io.tablecast.cli.ShopSourceConnector)\n" + guest + """
                        : 1 problem (io.tablecast.cli.ShopSourceConnector)
                          connection.url
                            The file holds no "name" and is checked as connector "guest". It is not connector "guest" that owns it.
                        """ + named + """
                        : 1 problem (else, io.tablecast.cli.ShopSourceConnector)
                          connection.url
                            It is not connector "else" that owns it.
                        """);
    }

    @Test
    void problemsAreToldWithTheirFields() throws IOException {
        Path file = file("bad.json", """
                {"connector.class": "io.tablecast.cli.ShopSourceConnector", "tasks.max": "two", "mode": "magic",
                 "errors.tolerance": "some", "topics": ["a", "b"], "connection.user": null}
                """);

        CommandRun run = check(file);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).isEqualTo(file + """
                        : 6 problems (io.tablecast.cli.ShopSourceConnector)
                          topics
                            The value is an array. Connect takes strings, numbers and booleans only; write lists as "a,b,c".
                          connection.user
                            The value is null. Leave the key out, or give it a value.
                          tasks.max
                            "two" is not a whole number of 1 or more.
                          errors.tolerance
                            "some" is neither "none" nor "all".
                          connection.url
                            Missing required configuration "connection.url" which has no default value.
                          mode
                            Invalid value magic for configuration mode: String must be one of: queue, snapshot
                        """);
    }

    @Test
    void misspeltConnectorClassBringsTheNearestOne() throws IOException {
        CommandRun run = check(file("bad.json", GOOD.replace("cli.ShopSource", "source.ShopSorce")));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("There is no connector io.tablecast.source.ShopSorceConnector here."
                        + " Did you mean io.tablecast.cli.ShopSourceConnector?");
    }

    @Test
    void foreignConnectorClassBringsTheKnownOnes() throws IOException {
        CommandRun run = check(file("bad.json", GOOD.replace("ShopSourceConnector", "FileStreamSink")));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("There is no connector io.tablecast.cli.FileStreamSink here."
                        + " Known are: io.tablecast.cli.ShopSourceConnector.");
    }

    @Test
    void missingConnectorClassAndNameAreProblems() throws IOException {
        CommandRun run = check(file("bad.properties", "connection.url=x\n"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("  name\n    The connector has no name. Add \"name\".")
                .contains(
                        "  connector.class\n    It is missing. Set it to one of: io.tablecast.cli.ShopSourceConnector.");
    }

    @Test
    void twoNamesForOneConnectorAreAProblem() throws IOException {
        String config = GOOD.replace("\"tasks.max\"", "\"name\": \"b\", \"tasks.max\"");
        CommandRun run = check(file("bad.json", "{\"name\": \"a\", \"config\": " + config + "}"));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("The connector is named \"a\", its config says \"b\".");
    }

    @Test
    void passwordIsNeverPrinted() throws IOException {
        CommandRun run = check(file("bad.json", GOOD.replace("right", "wrong")));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains("  connection.password\n    Password \"[hidden]\" is [hidden] for user \"null\"")
                .doesNotContain("wrong");
    }

    @Test
    void connectorThatThrowsIsAProblemOfThatFile() throws IOException {
        CommandRun run = check(file("bad.json", GOOD.replace("jdbc:postgresql://shop/orders", "thrown")));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("  connector.class\n    The connector refuses it: no validation with [hidden]");
    }

    @Test
    void placeholderIsResolvedBeforeTheCheck() throws IOException {
        Path secrets = file("secrets.properties", "password=wrong\n");
        CommandRun run = check(file("bad.json", GOOD.replace("right", "${file:" + secrets + ":password}")));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("Password \"[hidden]\" is [hidden]").doesNotContain("wrong");
    }

    @Test
    void workerFileSaysWhichPlaceholdersThereAre() throws IOException {
        Path secrets = file("secrets.properties", "password=right\n");
        Path worker = file("worker.properties", """
                config.providers=secrets
                config.providers.secrets.class=org.apache.kafka.common.config.provider.FileConfigProvider
                """);
        Path fine = file("fine.json", GOOD.replace("right", "${secrets:" + secrets + ":password}"));
        Path bad = file("bad.json", GOOD.replace("right", "${env:HOME}"));

        CommandRun run = check("--worker", worker, fine, bad);

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out())
                .contains(fine + ": fine")
                .contains("${env:HOME} cannot be resolved: there is no config provider \"env\" (known: secrets, from "
                        + worker + ").");
    }

    @Test
    void unreadableFilesDoNotKeepOthersFromBeingChecked() throws IOException {
        Path missing = folder.resolve("missing.json");
        Path broken = file("broken.json", "{\"connection.password\": hunter2}");
        Path bad = file("bad.json", GOOD.replace("right", "wrong"));

        CommandRun run = check(missing, broken, bad);

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.out())
                .contains(missing + ": cannot be checked\n  There is no file " + missing + ".\n")
                .contains(broken + " is not valid JSON at line 1, column 25: a value is neither in double quotes nor a"
                        + " number, true or false.\n")
                .contains(bad + ": 1 problem")
                .doesNotContain("hunter2");
    }

    @Test
    void jsonOutputHoldsTheSame() throws IOException {
        Path good = file("good.json", GOOD);
        Path bad = file("bad.json", GOOD.replace("2", "0"));
        Path missing = folder.resolve("missing.json");

        CommandRun run = check("--output", "json", good, bad, missing);

        JsonNode files = new ObjectMapper().readTree(run.out()).get("files");
        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(files.findValuesAsText("file")).containsExactly(good.toString(), bad.toString(), missing.toString());
        assertThat(files.findValuesAsText("result")).containsExactly("fine", "problems", "unreadable");
        assertThat(files.get(1).get("problems").toString())
                .isEqualTo("[{\"field\":\"tasks.max\",\"message\":\"\\\"0\\\" is not a whole number of 1 or more.\"}]");
        assertThat(files.get(2).get("reason").asText()).isEqualTo("There is no file " + missing + ".");
    }

    @Test
    void missingWorkerFileIsAnErrorOfItsOwn() throws IOException {
        Path missing = folder.resolve("worker.properties");

        CommandRun run = check("--worker", missing, file("good.json", GOOD));

        assertThat(run).isEqualTo(new CommandRun(2, "", "There is no file " + missing + ".\n"));
    }

    @Test
    void wrongUsageIsAnErrorOfItsOwn() {
        assertThat(check().exitCode()).isEqualTo(2);
        assertThat(check().err()).contains("Missing required parameter: 'CONFIG'");
        assertThat(CommandRun.of(CONNECTORS).err()).contains("Which command?");
        assertThat(check("--output", "xml", "a").err()).contains("\"xml\" is neither text nor json");
    }

    @Test
    void helpTellsTheExitCodes() {
        CommandRun run = check("--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("Exit codes:").contains("${env:NAME}").contains("Examples:");
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static CommandRun check(Object... arguments) {
        Object[] all = new Object[arguments.length + 1];
        all[0] = "check";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        return CommandRun.of(CONNECTORS, all);
    }
}
