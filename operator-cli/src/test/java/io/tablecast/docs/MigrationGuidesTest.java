// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.docs.MarkdownPage.Row;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever comes from another system finds each thing that it does, and each name that is given instead exists. */
class MigrationGuidesTest {

    private static final Path GUIDES = MarkdownPage.ROOT.resolve("docs/migrating");
    /** Words with dots, and {@code word=value}: how settings are written. */
    private static final Pattern SETTING = Pattern.compile("([a-z]+(?:\\.[a-z]+)*)=.*|([a-z]+(?:\\.[a-z]+)+)");

    /** Connect's and the worker's own, as far as guides name them. */
    private static final Set<String> OF_CONNECT = Set.of(
            "tasks.max",
            "topics.regex",
            "errors.tolerance",
            "errors.deadletterqueue.topic.name",
            "replace.null.with.default",
            "task.shutdown.graceful.timeout.ms");

    static List<MarkdownPage> guides() {
        List<MarkdownPage> guides = MarkdownPage.all().stream()
                .filter(page -> page.file().startsWith(GUIDES))
                .toList();
        assertThat(guides).hasSizeGreaterThanOrEqualTo(5);
        return guides;
    }

    /** Their lists are of features, each in the words of the guide. */
    @ParameterizedTest
    @ValueSource(strings = {"mimeo", "pg_chameleon", "dml-export"})
    void everyFeatureHasOneRow(String system) {
        List<String> features = listOf(system);
        List<Row> rows = answers(guide(system));

        assertThat(rows)
                .extracting(Row::first)
                .containsAll(features)
                .doesNotHaveDuplicates()
                .hasSameSizeAs(features);
        assertThat(rows)
                .extracting(Row::second)
                .allSatisfy(answer -> assertThat(answer).isNotBlank());
    }

    /** Their lists are of option names; a row may stand for several. */
    @ParameterizedTest
    @ValueSource(strings = {"debezium", "confluent-jdbc"})
    void everyOptionIsInARow(String system) {
        Set<String> named = new HashSet<>();
        answers(guide(system)).forEach(row -> named.addAll(MarkdownPage.codeSpans(row.first())));

        assertThat(named).containsAll(listOf(system));
    }

    @ParameterizedTest
    @MethodSource("guides")
    void everySettingThatIsNamedExists(MarkdownPage guide) {
        Set<String> known = new HashSet<>(DocumentedSettings.names());
        known.addAll(OF_CONNECT);

        assertThat(answers(guide))
                .allSatisfy(row -> assertThat(settings(row)).as(row.first()).isSubsetOf(known));
    }

    @Test
    void settingsAreFoundInRows() {
        Row row = new Row("theirs", "`mode=queue` with `queue.old.rows`, not `tablecast.run_log` or `no`");

        assertThat(settings(row)).containsExactly("mode", "queue.old.rows");
    }

    private static List<String> settings(Row row) {
        return MarkdownPage.codeSpans(row.second()).stream()
                .map(SETTING::matcher)
                .filter(setting -> setting.matches())
                .map(setting -> setting.group(1) == null ? setting.group(2) : setting.group(1))
                .filter(setting -> !setting.startsWith("tablecast.") && !setting.startsWith("connection.properties."))
                .toList();
    }

    /** The rows of tables whose second heading is this product's name. */
    private static List<Row> answers(MarkdownPage guide) {
        return guide.rows().stream()
                .filter(row -> !"Tablecast".equals(row.second()))
                .toList();
    }

    private static MarkdownPage guide(String system) {
        return MarkdownPage.read(GUIDES.resolve(system + ".md"));
    }

    private static List<String> listOf(String system) {
        try (InputStream list = MigrationGuidesTest.class.getResourceAsStream(system + ".txt")) {
            assertThat(list).as(system + ".txt").isNotNull();
            String text = new String(list.readAllBytes(), StandardCharsets.UTF_8);
            return Arrays.stream(text.split("\n", -1))
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
