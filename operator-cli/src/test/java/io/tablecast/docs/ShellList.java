// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.docs;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What becomes of each command of the pages: the file {@code shell-commands.txt}. */
final class ShellList {

    private static final Pattern PAGE = Pattern.compile("\\[(.+)]");
    private static final Pattern LINE = Pattern.compile("(run|test (\\w+)|hand \\(([^)]+)\\)): (.+)");

    private ShellList() {}

    /** In the order of the file, which is the order in which they are run. */
    static List<Entry> read() {
        List<Entry> entries = new ArrayList<>();
        String page = "";
        for (String line : text().lines().toList()) {
            Matcher heading = PAGE.matcher(line);
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (heading.matches()) {
                page = heading.group(1);
                continue;
            }
            Matcher entry = LINE.matcher(line);
            if (!entry.matches()) {
                throw new IllegalStateException("shell-commands.txt has a line of no known form: " + line);
            }
            How how = entry.group(2) != null ? How.BY_TEST : entry.group(3) != null ? How.BY_HAND : How.RUN;
            entries.add(new Entry(page, how, entry.group(2) == null ? "" : entry.group(2), entry.group(4)));
        }
        return entries;
    }

    private static String text() {
        try (InputStream file = ShellList.class.getResourceAsStream("shell-commands.txt")) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read shell-commands.txt: " + e.getMessage(), e);
        }
    }

    /** Who runs a command. */
    enum How {
        /** {@link ShellCommandsIT}, as it stands. */
        RUN,
        /** Another test. */
        BY_TEST,
        /** People: the file says why no test can. */
        BY_HAND
    }

    /**
     * A line of the file.
     *
     * @param test the name of the test, where it is another one
     * @param command its {@link ShellCommand#name()}
     */
    record Entry(String page, How how, String test, String command) {

        @Override
        public String toString() {
            return page + ": " + command;
        }
    }
}
