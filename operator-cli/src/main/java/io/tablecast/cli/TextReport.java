// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** For people: one line per file, below it each problem with its key. */
final class TextReport implements Report {

    @Override
    public void print(List<CheckedFile> files, PrintWriter out) {
        for (CheckedFile file : files) {
            if (file instanceof CheckedFile.Read read) {
                print(read, out);
            } else if (file instanceof CheckedFile.Unreadable unreadable) {
                out.println(unreadable.path() + ": cannot be checked");
                out.println("  " + unreadable.reason());
            }
        }
    }

    private static void print(CheckedFile.Read file, PrintWriter out) {
        out.println(file.path() + ": " + verdict(file.problems().size()) + description(file));
        for (Problem problem : file.problems()) {
            out.println("  " + problem.field());
            problem.message().lines().forEach(line -> out.println("    " + line));
        }
    }

    private static String verdict(int problems) {
        return switch (problems) {
            case 0 -> "fine";
            case 1 -> "1 problem";
            default -> problems + " problems";
        };
    }

    private static String description(CheckedFile.Read file) {
        String description = Stream.of(file.name(), file.connectorClass())
                .flatMap(part -> part.stream())
                .collect(Collectors.joining(", "));
        return description.isEmpty() ? "" : " (" + description + ")";
    }
}
