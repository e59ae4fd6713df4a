// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.cli.DocumentedCommands;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DocumentedCommandsTest {

    static List<MarkdownPage> pages() {
        return MarkdownPage.all();
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyCallOfTheCommandIsOneThatExists(MarkdownPage page) {
        assertThat(calls(page))
                .allSatisfy(call -> assertThat(DocumentedCommands.faults(call))
                        .as("%s: %s", page.name(), call)
                        .isEmpty());
    }

    @Test
    void callsAreFoundAndTheirFaultsToo() {
        assertThat(pages().stream().flatMap(DocumentedCommandsTest::calls).mapToLong(DocumentedCommands::calls))
                .filteredOn(calls -> calls > 0)
                .hasSizeGreaterThan(50);
        assertThat(DocumentedCommands.faults("tablecast repul --failed")).containsExactly("no command repul");
        assertThat(DocumentedCommands.faults("operator-cli/bin/tablecast repull --broken --from 1 --to 2"))
                .containsExactly("repull has no option --broken");
    }

    /** Lines of code blocks, and what stands between backticks. */
    private static Stream<String> calls(MarkdownPage page) {
        return Stream.concat(
                page.code().stream(), page.prose().stream().flatMap(line -> MarkdownPage.codeSpans(line).stream()));
    }
}
