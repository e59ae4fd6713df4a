// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Writes what a benchmark found as a page of Markdown with a chart. */
public final class Report {
    private static final Path PROCESSORS = Path.of("/proc/cpuinfo");
    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final int KIB_PER_GIB = 1 << 20;

    private final Path folder;

    /** @param folder for the files; it is made if it is missing */
    public Report(Path folder) {
        this.folder = folder;
    }

    /**
     * Writes {@code <name>.md} and {@code <name>.svg}.
     *
     * @param conditions what was measured, in a sentence
     * @param table in Markdown
     */
    public void write(String name, String title, String conditions, String table, BarChart chart) {
        String page = "# " + title + "\n\n"
                + conditions + "\n\n"
                + "Machine: " + machine() + ".\n\n"
                + table + "\n"
                + "![" + chart.title() + "](" + name + ".svg)\n";
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve(name + ".md"), page);
            Files.writeString(folder.resolve(name + ".svg"), chart.svg());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write into " + folder, e);
        }
        System.out.println("Written: " + folder.resolve(name + ".md"));
    }

    /** Processors, memory and JVM that all programs of the run share. */
    static String machine() {
        String processor = value(PROCESSORS, "model name").orElse(System.getProperty("os.arch"));
        String memory = value(MEMORY, "MemTotal")
                .map(text -> ", " + Math.round(Double.parseDouble(text.replace(" kB", "")) / KIB_PER_GIB) + " GiB")
                .orElse("");
        return Runtime.getRuntime().availableProcessors() + " processors (" + processor + ")" + memory + ", Java "
                + Runtime.version().feature();
    }

    private static Optional<String> value(Path file, String name) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(line -> List.of(line.split(":", 2)))
                    .filter(parts -> parts.size() == 2 && parts.get(0).strip().equals(name))
                    .map(parts -> parts.get(1).strip())
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + file, e);
        }
    }
}
