// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A command that a page tells its reader to type.
 *
 * @param page where it stands
 * @param text as it stands there, all lines of it
 */
record ShellCommand(String page, String text) {

    private static final Pattern FENCE = Pattern.compile("\\s*```(\\w*)");
    private static final Pattern HERE_DOCUMENT = Pattern.compile("<<'(\\w+)'");
    private static final String PROMPT = "$ ";

    /** The commands of all pages. */
    static List<ShellCommand> all() {
        return MarkdownPage.all().stream().flatMap(page -> of(page).stream()).toList();
    }

    /** Those of blocks in a shell's language, and behind prompts in blocks of no language. */
    private static List<ShellCommand> of(MarkdownPage page) {
        List<ShellCommand> commands = new ArrayList<>();
        Iterator<String> lines = lines(page).iterator();
        while (lines.hasNext()) {
            Matcher fence = FENCE.matcher(lines.next());
            if (fence.matches()) {
                List<String> block = new ArrayList<>();
                for (String line = lines.next(); !FENCE.matcher(line).matches(); line = lines.next()) {
                    block.add(line.strip());
                }
                commands.addAll(commands(page.name(), fence.group(1), block));
            }
        }
        return commands;
    }

    private static List<ShellCommand> commands(String page, String language, List<String> block) {
        return switch (language) {
            case "sh", "bash", "shell" -> commands(page, block);
            case "", "console" ->
                block.stream()
                        .filter(line -> line.startsWith(PROMPT))
                        .map(line -> new ShellCommand(page, line.substring(PROMPT.length())))
                        .toList();
            default -> List.of();
        };
    }

    private static List<ShellCommand> commands(String page, List<String> block) {
        List<ShellCommand> commands = new ArrayList<>();
        Iterator<String> lines = block.iterator();
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.isEmpty() || line.startsWith("#")) {
                continue;
            }
            StringBuilder text = new StringBuilder(line);
            Matcher document = HERE_DOCUMENT.matcher(line);
            String end = document.find() ? document.group(1) : line.startsWith("for ") ? "done" : "";
            while (lines.hasNext() && (end.isEmpty() ? line.endsWith("\\") : !line.equals(end))) {
                line = lines.next();
                text.append('\n').append(line);
            }
            commands.add(new ShellCommand(page, text.toString()));
        }
        return commands;
    }

    /** Its first line without what is said of it. */
    String name() {
        return text.lines()
                .findFirst()
                .orElseThrow()
                .replaceFirst("\\s+#.*", "")
                .replaceAll("\\s+", " ");
    }

    private static List<String> lines(MarkdownPage page) {
        try {
            return Files.readAllLines(page.file());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + page.file() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return page + ": " + name();
    }
}
