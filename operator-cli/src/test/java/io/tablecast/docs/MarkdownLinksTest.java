// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MarkdownLinksTest {

    private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");
    private static final int LONGEST_README = 149;

    static List<MarkdownPage> pages() {
        List<MarkdownPage> pages = MarkdownPage.all();
        assertThat(pages).extracting(MarkdownPage::name).contains("README.md", "docs/modes.md", "config/README.md");
        return pages;
    }

    @ParameterizedTest
    @MethodSource("pages")
    void everyLinkWithinTheRepositoryLeadsSomewhere(MarkdownPage page) {
        List<String> dead = page.links().stream()
                .filter(link -> !ELSEWHERE.matcher(link).matches())
                .filter(link -> !leadsSomewhere(page, link))
                .toList();

        assertThat(dead)
                .as("links of %s without a file or heading", page.name())
                .isEmpty();
    }

    @Test
    void everyPageOfTheManualIsReachedFromTheReadme() {
        List<String> linked = MarkdownPage.all().stream()
                .flatMap(page -> page.links().stream().map(link -> target(page, link)))
                .map(Path::toString)
                .toList();

        assertThat(pages())
                .extracting(MarkdownPage::name)
                .filteredOn(page -> page.startsWith("docs/"))
                .isSubsetOf(linked);
    }

    @Test
    void readmeIsShort() {
        assertThat(MarkdownPage.ROOT.resolve("README.md"))
                .content()
                .satisfies(text -> assertThat(text.lines()).hasSizeLessThanOrEqualTo(LONGEST_README));
    }

    private static boolean leadsSomewhere(MarkdownPage page, String link) {
        Path target = MarkdownPage.ROOT.resolve(target(page, link));
        int hash = link.indexOf('#');
        if (hash < 0 || !target.toString().endsWith(".md")) {
            return Files.exists(target);
        }
        return Files.exists(target) && MarkdownPage.read(target).anchors().contains(link.substring(hash + 1));
    }

    /** The file that a link names, from the root of the repository. */
    private static Path target(MarkdownPage page, String link) {
        int hash = link.indexOf('#');
        String path = hash < 0 ? link : link.substring(0, hash);
        Path target = path.isEmpty() ? page.file() : page.file().resolveSibling(path);
        return MarkdownPage.ROOT.relativize(target.normalize());
    }
}
