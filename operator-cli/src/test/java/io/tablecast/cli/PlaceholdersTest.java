// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlaceholdersTest {
    @TempDir
    private Path folder;

    @Test
    void usualProvidersReadEnvironmentFilesAndDirectories() throws IOException {
        Path file = Files.writeString(folder.resolve("db.properties"), "url=jdbc:x\n");
        Files.writeString(folder.resolve("password"), "secret");

        Placeholders.Resolved resolved = usual(Map.of(
                "a",
                "${env:HOME}/x",
                "b",
                "${file:" + file + ":url}",
                "c",
                "${dir:" + folder + ":password}",
                "d",
                "${schema}.${table}"));

        assertThat(resolved.problems()).isEmpty();
        assertThat(resolved.settings())
                .isEqualTo(Map.of(
                        "a", System.getenv("HOME") + "/x",
                        "b", "jdbc:x",
                        "c", "secret",
                        "d", "${schema}.${table}"));
    }

    @Test
    void whatAWorkerWouldPassOnLiterallyIsAProblem() throws IOException {
        Path file = Files.writeString(folder.resolve("db.properties"), "url=jdbc:x\n");

        assertThat(message("${env:TABLECAST_NOT_SET}"))
                .isEqualTo("${env:TABLECAST_NOT_SET} cannot be resolved: the environment variable TABLECAST_NOT_SET is"
                        + " not set here, or the provider's allowlist.pattern leaves it out. Set it here as for the"
                        + " worker.");
        assertThat(message("${file:" + file + ":user}"))
                .contains(
                        "the file " + file + " has no key \"user\", or lies outside of the provider's allowed.paths.");
        assertThat(message("${dir:" + folder + ":user}"))
                .contains("the directory " + folder + " has no file \"user\", or lies outside of");
        assertThat(message("${vault:db:user}"))
                .isEqualTo("${vault:db:user} cannot be resolved: there is no config provider \"vault\" (known: env,"
                        + " file, dir, from the usual providers; --worker names a worker's properties file with"
                        + " others).");
        assertThat(message("${file:/not/there:user}"))
                .isEqualTo(
                        "${file:/not/there:user} cannot be resolved: Could not read properties from file /not/there.");
        assertThat(message("jdbc:x?user=${file:/not/there:user}&password=secret"))
                .doesNotContain("secret");
    }

    @Test
    void onlyTheUnknownPartsOfAValueAreProblems() throws IOException {
        Placeholders.Resolved resolved = usual(Map.of("a", "${env:HOME}/${env:TABLECAST_NOT_SET}"));

        assertThat(resolved.settings()).isEqualTo(Map.of("a", System.getenv("HOME") + "/${env:TABLECAST_NOT_SET}"));
        assertThat(resolved.problems()).hasSize(1);
    }

    @Test
    void allowlistOfTheWorkerCounts() throws Exception {
        Path worker = Files.writeString(folder.resolve("worker.properties"), """
                config.providers = env , vault
                config.providers.env.class = org.apache.kafka.common.config.provider.EnvVarConfigProvider
                config.providers.env.param.allowlist.pattern = TABLECAST_.*
                config.providers.vault.class = com.example.VaultConfigProvider
                """);

        Placeholders.Resolved resolved =
                resolve(WorkerProviders.declaredIn(worker), Map.of("a", "${env:HOME}", "b", "${vault:x:y}"));

        assertThat(resolved.problems())
                .extracting(Problem::message)
                .containsExactlyInAnyOrder(
                        "${env:HOME} cannot be resolved: the environment variable HOME is not set here, or the"
                                + " provider's allowlist.pattern leaves it out. Set it here as for the worker.",
                        "${vault:x:y} cannot be resolved here: the config provider \"vault\" is declared in " + worker
                                + ", but its class com.example.VaultConfigProvider is not on this command's class"
                                + " path.");
    }

    @Test
    void providerWithoutClassIsRefused() throws IOException {
        Path worker = Files.writeString(folder.resolve("worker.properties"), "config.providers=env\n");

        assertThatThrownBy(() -> WorkerProviders.declaredIn(worker))
                .isInstanceOf(UnreadableFileException.class)
                .hasMessage(worker + " declares the config provider \"env\" without a class. Add"
                        + " config.providers.env.class.");
    }

    private static String message(String value) throws IOException {
        List<Problem> problems = usual(Map.of("key", value)).problems();
        assertThat(problems).extracting(Problem::field).containsExactly("key");
        return problems.get(0).message();
    }

    private static Placeholders.Resolved usual(Map<String, String> settings) throws IOException {
        return resolve(WorkerProviders.usual(), settings);
    }

    private static Placeholders.Resolved resolve(WorkerProviders providers, Map<String, String> settings)
            throws IOException {
        try (Placeholders placeholders = new Placeholders(providers)) {
            return placeholders.resolve(settings);
        }
    }
}
