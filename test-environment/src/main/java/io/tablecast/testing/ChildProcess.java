// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * A program that runs as a child of this JVM, in a session of its own (so that Ctrl-C reaches only the JVM), its output
 * appended to a log file. The kernel ends it when the JVM dies, even by SIGKILL, where {@code setpriv} is installed.
 */
final class ChildProcess {
    private static final int LOG_TAIL_LINES = 30;

    /**
     * Starts all children: the kernel's parent-death signal is sent when the thread that forked ends, and this thread
     * lives as long as the JVM.
     */
    private static final ExecutorService LAUNCHER = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "tablecast-child-launcher");
        thread.setDaemon(true);
        return thread;
    });

    private final String name;
    private final Process process;
    private final Path log;

    private ChildProcess(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a program.
     *
     * @param command the program and its arguments, as made by {@link CommandPrefix}
     * @param environment variables in addition to those of this JVM
     */
    static ChildProcess start(String name, List<String> command, Map<String, String> environment, Path log) {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                // A working directory that the program may enter whoever it runs as.
                .directory(Path.of("/").toFile());
        builder.environment().putAll(environment);
        Future<Process> launched = LAUNCHER.submit(builder::start);
        try {
            return new ChildProcess(name, launched.get(), log);
        } catch (ExecutionException e) {
            throw new IllegalStateException("Cannot start " + name + ": " + command, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while starting " + name, e);
        }
    }

    /** Runs a program to its end. */
    static void run(String name, List<String> command, Path log, Duration timeout) {
        ChildProcess child = start(name, command, Map.of(), log);
        if (!child.exitsWithin(timeout)) {
            child.kill();
            throw new IllegalStateException(
                    name + " did not end within " + timeout.toSeconds() + " s." + child.logTail());
        }
        if (child.process.exitValue() != 0) {
            throw new IllegalStateException(
                    name + " failed with exit code " + child.process.exitValue() + "." + child.logTail());
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Fails with the end of the log if the program has ended. */
    void requireAlive() {
        if (!process.isAlive()) {
            throw new IllegalStateException(name + " ended with exit code " + process.exitValue() + "." + logTail());
        }
    }

    /** Ends the program with SIGKILL and returns when it is gone. */
    void kill() {
        process.destroyForcibly();
        if (!exitsWithin(Duration.ofSeconds(30))) {
            throw new IllegalStateException(name + " (process " + pid() + ") survives SIGKILL.");
        }
    }

    /** Asks the program to end with the given signal, and kills it when it takes longer than the timeout. */
    void end(Signal signal, Duration timeout) {
        if (!process.isAlive()) {
            return;
        }
        send(signal);
        if (!exitsWithin(timeout)) {
            kill();
        }
    }

    /** Sends a signal; does nothing if the program has ended. */
    void send(Signal signal) {
        try {
            Process sender = new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + pid())
                    .redirectErrorStream(true)
                    .start();
            String answer = new String(sender.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (sender.waitFor() != 0 && process.isAlive()) {
                throw new IllegalStateException("Cannot send " + signal + " to " + name + ": " + answer.strip());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot send " + signal + " to " + name, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while sending " + signal + " to " + name, e);
        }
    }

    Path log() {
        return log;
    }

    /** The last lines of the log, ready to be appended to a message. */
    String logTail() {
        return logTail(log);
    }

    static String logTail(Path log) {
        try {
            List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            List<String> last = lines.subList(Math.max(0, lines.size() - LOG_TAIL_LINES), lines.size());
            return " The end of " + log + ":\n" + String.join("\n", last);
        } catch (IOException e) {
            return " Its log " + log + " cannot be read: " + e;
        }
    }

    private boolean exitsWithin(Duration timeout) {
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the end of " + name, e);
        }
    }

    enum Signal {
        INT,
        TERM,
        QUIT,
        KILL,
        STOP,
        CONT
    }
}
