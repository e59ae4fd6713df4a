// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.docs.ShellList.How;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A new command on a page needs somebody who runs it. */
final class ShellListTest {

    @Test
    void everyCommandOfThePagesIsRunOrSaysWhyNoTestCan() {
        assertThat(ShellList.read())
                .extracting(ShellList.Entry::toString)
                .containsExactlyInAnyOrderElementsOf(
                        ShellCommand.all().stream().map(ShellCommand::toString).toList());
    }

    @Test
    void testsThatRunCommandsExist() throws IOException {
        List<String> tests;
        try (Stream<Path> files = Files.walk(MarkdownPage.ROOT)) {
            tests = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".java"))
                    .toList();
        }

        assertThat(ShellList.read().stream()
                        .filter(entry -> entry.how() == How.BY_TEST)
                        .map(entry -> entry.test() + ".java"))
                .isNotEmpty()
                .isSubsetOf(tests);
    }
}
