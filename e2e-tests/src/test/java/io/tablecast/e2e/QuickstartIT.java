// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program behind the README's first command, shortened, in a process of its own. */
final class QuickstartIT {

    private static final Pattern FOLDER = Pattern.compile("^Using .*\\(files in (.*)\\)");

    @Test
    void endsWithBothSidesEqual() throws IOException, InterruptedException {
        Process quickstart = start("-Dquickstart.seconds=8");

        String output = new String(quickstart.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(quickstart.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(output)
                .contains(
                        "shop.customers: equal",
                        "shop.products: equal",
                        "shop.orders: equal",
                        "shop.order_lines: equal",
                        "shop.prices: equal",
                        "shop.sales_per_day: equal",
                        "webshop.customers: equal",
                        "webshop.products: equal",
                        "webshop.orders: equal");
        assertThat(quickstart.exitValue()).as(output).isZero();
    }

    @Test
    void failureEndsWithStatusOneAndItsCause() throws IOException, InterruptedException {
        Process quickstart = start("-Dtablecast.kafka.classpath=/nowhere/kafka-runtime.classpath");

        String output = new String(quickstart.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(quickstart.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(quickstart.exitValue()).as(output).isEqualTo(1);
        assertThat(output).contains("The quickstart failed:", "/nowhere/kafka-runtime.classpath");
    }

    @Test
    void leavesNothingBehindWhenItIsInterrupted() throws IOException, InterruptedException {
        Process quickstart = start("-Dquickstart.seconds=600");
        List<Path> folders = new ArrayList<>();
        String rest;
        try (BufferedReader output = quickstart.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                Matcher folder = FOLDER.matcher(line);
                if (folder.find()) {
                    folders.add(Path.of(folder.group(1)));
                }
                if (line.contains("transactions;")) {
                    quickstart.toHandle().destroy();
                    break;
                }
            }
            rest = output.lines().collect(Collectors.joining("\n"));
        }

        assertThat(quickstart.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(rest).contains("Stopping and removing everything ...").doesNotContain("failed");
        assertThat(folders).hasSize(5).noneMatch(Files::exists);
    }

    @Test
    void brokenZipIsNamedBeforeAnythingIsStarted(@TempDir Path folder) throws IOException, InterruptedException {
        Path broken = Files.writeString(folder.resolve("broken.zip"), "not a zip");
        Process quickstart = start("-Dtablecast.plugins=" + broken);

        String output = new String(quickstart.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(quickstart.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(quickstart.exitValue()).as(output).isEqualTo(1);
        assertThat(output)
                .contains("The quickstart failed: There is nothing in " + broken + ", or it is not a zip file.")
                .doesNotContain("Using");
    }

    private static Process start(String setting) throws IOException {
        List<String> settings = Stream.of("tablecast.root", "tablecast.kafka.classpath", "tablecast.plugins")
                .map(name -> "-D" + name + "=" + System.getProperty(name))
                .toList();
        List<String> command = Stream.of(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-Xmx256m"),
                        settings.stream(),
                        // The last one counts.
                        Stream.of(setting, "-cp", System.getProperty("java.class.path")),
                        Stream.of("io.tablecast.quickstart.Quickstart"))
                .flatMap(part -> part)
                .toList();
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
