// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.benchmarks.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a program of this machine has taken, with all its children, as the kernel tells in <a
 * href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">/proc</a>.
 */
record Program(long pid) {
    /** The kernel's unit of time as programs see it, on every Linux. */
    private static final double TICKS_PER_SECOND = 100;
    // Places behind the name, which ends in a bracket: the time of the process and of its children that have ended.
    private static final int FIRST_TIME = 11;
    private static final int TIMES = 4;
    private static final String HIGH_WATER = "VmHWM:";
    private static final long BYTES_PER_KIB = 1024;

    /** Seconds on a processor since the start. */
    double processorSeconds() {
        long ticks = 0;
        for (long each : family()) {
            ticks += read(each, "stat").map(Program::ticks).orElse(0L);
        }
        return ticks / TICKS_PER_SECOND;
    }

    /** The most memory that the program itself ever held, without what was swapped out. */
    long mostBytes() {
        return read(pid, "status").stream()
                        .flatMap(String::lines)
                        .filter(line -> line.startsWith(HIGH_WATER))
                        .map(line -> line.replaceAll("\\D", ""))
                        .mapToLong(Long::parseLong)
                        .findFirst()
                        .orElseThrow(() -> new IllegalStateException("Process " + pid + " has ended."))
                * BYTES_PER_KIB;
    }

    /** A child that ends meanwhile is in its parent's account from then on. */
    private List<Long> family() {
        return ProcessHandle.of(pid).stream()
                .flatMap(parent -> Stream.concat(parent.descendants(), Stream.of(parent)))
                .map(ProcessHandle::pid)
                .toList();
    }

    private static long ticks(String stat) {
        List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
        return fields.subList(FIRST_TIME, FIRST_TIME + TIMES).stream()
                .mapToLong(Long::parseLong)
                .sum();
    }

    private static Optional<String> read(long process, String file) {
        try {
            return Optional.of(Files.readString(Path.of("/proc", String.valueOf(process), file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            // The file is there, its process is not any more.
            if (ProcessHandle.of(process).isEmpty()) {
                return Optional.empty();
            }
            throw new UncheckedIOException("Cannot read what process " + process + " has taken", e);
        }
    }
}
