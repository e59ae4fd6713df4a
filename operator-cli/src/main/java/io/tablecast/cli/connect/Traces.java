// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.connect;

import java.util.List;
import java.util.stream.Collectors;

/** Stack traces as workers show them. */
final class Traces {

    private static final String CAUSE = "Caused by: ";

    private Traces() {}

    /** The messages of a trace and its causes, each once, without the frames. */
    static String reason(String trace) {
        List<String> messages = trace.lines()
                .filter(line -> !line.startsWith("\t") && !line.isBlank())
                .map(Traces::message)
                .toList();
        String all = messages.stream().distinct().collect(Collectors.joining(": "));
        return all.isEmpty() ? "no reason is given" : all;
    }

    /** {@code Caused by: org.postgresql.util.PSQLException: FATAL: ...} without the class. */
    private static String message(String line) {
        String text = line.startsWith(CAUSE) ? line.substring(CAUSE.length()) : line;
        int colon = text.indexOf(": ");
        boolean isClass = colon > 0 && text.substring(0, colon).matches("(?:[\\w$]+\\.)+[\\w$]+");
        return isClass ? text.substring(colon + 2) : text;
    }
}
