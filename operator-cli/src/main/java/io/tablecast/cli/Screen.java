// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Shows one picture after the other: in place on a terminal, below each other elsewhere. */
final class Screen {
    private static final String HOME = "\u001b[H";
    private static final String END_OF_LINE = "\u001b[K\n";
    private static final String REST_OF_SCREEN = "\u001b[J";
    private static final int SMALLEST = 20;

    private final PrintWriter out;
    private final boolean isTerminal;
    private boolean isFirst = true;

    Screen(PrintWriter out) {
        this(out, isTerminal());
    }

    Screen(PrintWriter out, boolean isTerminal) {
        this.out = out;
        this.isTerminal = isTerminal;
    }

    /** Whether standard output is one. System.console() does not tell on newer Java. */
    private static boolean isTerminal() {
        try {
            return new ProcessBuilder("test", "-t", "1")
                            .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noSuchProgram) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    void show(List<String> lines) {
        if (!isTerminal) {
            if (!isFirst) {
                out.println();
            }
            lines.forEach(out::println);
        } else {
            Optional<int[]> size = size();
            StringBuilder picture = new StringBuilder(isFirst ? "\u001b[2J" + HOME : HOME);
            fitting(lines, size.map(lengths -> lengths[0] - 1).orElse(Integer.MAX_VALUE))
                    .forEach(line -> picture.append(cut(line, size)).append(END_OF_LINE));
            out.print(picture.append(REST_OF_SCREEN));
        }
        out.flush();
        isFirst = false;
    }

    /** What there is no room for is counted. */
    static List<String> fitting(List<String> lines, int room) {
        if (lines.size() <= room) {
            return lines;
        }
        int shown = Math.max(1, room - 1);
        List<String> fitting = new ArrayList<>(lines.subList(0, shown));
        int more = lines.size() - shown;
        fitting.add("... " + more + (more == 1 ? " more line" : " more lines") + " in a taller window");
        return fitting;
    }

    private static String cut(String line, Optional<int[]> size) {
        int width = size.map(lengths -> Math.max(SMALLEST, lengths[1])).orElse(Integer.MAX_VALUE);
        return line.length() <= width ? line : line.substring(0, width);
    }

    /** Lines and columns, asked each time because people resize windows. */
    private static Optional<int[]> size() {
        try {
            Process process = new ProcessBuilder("stty", "size")
                    .redirectInput(new File("/dev/tty"))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (InputStream answer = process.getInputStream()) {
                String[] numbers = new String(answer.readAllBytes(), StandardCharsets.US_ASCII)
                        .strip()
                        .split(" ", -1);
                int lines = Integer.parseInt(numbers[0]);
                int columns = Integer.parseInt(numbers[1]);
                // A terminal that nobody has told its size says 0 0.
                return lines > 0 && columns > 0 ? Optional.of(new int[] {lines, columns}) : Optional.empty();
            }
        } catch (IOException | RuntimeException unknown) {
            return Optional.empty();
        }
    }
}
