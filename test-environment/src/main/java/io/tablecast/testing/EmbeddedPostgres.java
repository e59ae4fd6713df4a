// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import io.tablecast.testing.ChildProcess.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** PostgreSQL's own programs as child processes, with data in this run's folder. */
final class EmbeddedPostgres implements PostgresRuntime {
    private static final Duration INITDB_TIMEOUT = Duration.ofMinutes(1);
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(1);
    private static final String LOCALHOST = "127.0.0.1";

    private final PostgresOptions options;
    private final Path programs;
    private final Path folder;
    private final Path data;
    private final Path log;
    private final int port;
    private ChildProcess server;

    private EmbeddedPostgres(PostgresOptions options, Path programs, Path folder) {
        this.options = options;
        this.programs = programs.resolve("bin");
        this.folder = folder;
        this.data = folder.resolve("data");
        this.log = folder.resolve("postgresql.log");
        this.port = FreePorts.next();
    }

    /** A new server, not started yet. */
    static EmbeddedPostgres create(PostgresOptions options) {
        Path programs = PostgresBinaries.unpacked(options.version());
        EmbeddedPostgres postgres = new EmbeddedPostgres(options, programs, Folders.create("postgresql"));
        postgres.initialise();
        return postgres;
    }

    @Override
    public String description() {
        return "embedded PostgreSQL " + options.version().number() + " (files in " + folder + ")";
    }

    @Override
    public String host() {
        return LOCALHOST;
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String user() {
        return SUPERUSER;
    }

    @Override
    public String password() {
        return SUPERUSER_PASSWORD;
    }

    @Override
    public void start() {
        List<String> command = new ArrayList<>();
        options.clock().ifPresent(clock -> command.addAll(clock.commandPrefix()));
        command.addAll(
                List.of(programs.resolve("postgres").toString(), "-D", data.toString(), "-p", String.valueOf(port)));
        option(command, "listen_addresses", LOCALHOST);
        option(command, "unix_socket_directories", "");
        options.serverSettings().forEach((name, value) -> option(command, name, value));
        server = ChildProcess.start("PostgreSQL", CommandPrefix.unprivileged(Signal.QUIT, command), Map.of(), log);
        awaitAnswer(server::requireAlive);
    }

    @Override
    public void stop() {
        // SIGINT is PostgreSQL's fast shutdown: https://www.postgresql.org/docs/current/server-shutdown.html
        server.end(Signal.INT, STOP_TIMEOUT);
    }

    @Override
    public void kill() {
        server.kill();
        killBackends();
    }

    @Override
    public void discard() {
        if (server != null) {
            server.end(Signal.QUIT, STOP_TIMEOUT);
            killBackends();
        }
        Folders.delete(folder);
    }

    private void initialise() {
        Path password = folder.resolve("password");
        Path initLog = folder.resolve("initdb.log");
        try {
            Files.createDirectory(
                    data, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.writeString(password, SUPERUSER_PASSWORD);
            CommandPrefix.giveToUnprivileged(data);
            CommandPrefix.giveToUnprivileged(password);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot prepare the data directory " + data, e);
        }
        List<String> command = new ArrayList<>(List.of(
                programs.resolve("initdb").toString(),
                "--pgdata=" + data,
                "--username=" + SUPERUSER,
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync"));
        options.version().cheapPasswords().forEach((name, value) -> command.add("--set=" + name + "=" + value));
        ChildProcess.run("initdb", CommandPrefix.unprivileged(Signal.KILL, command), initLog, INITDB_TIMEOUT);
    }

    private static void option(List<String> command, String name, String value) {
        command.add("-c");
        command.add(name + "=" + value);
    }

    /**
     * Sessions notice the death of the server process by themselves, but not at once, and a server does not start while
     * one of them is left. All of them, and only they, work in the data directory.
     */
    private void killBackends() {
        Conditions.await(STOP_TIMEOUT, "processes of the killed server in " + data + " are still there", () -> {
            List<ProcessHandle> left = ProcessHandle.allProcesses()
                    .filter(process -> isWorkingIn(process, data))
                    .toList();
            left.forEach(ProcessHandle::destroyForcibly);
            return left.isEmpty();
        });
    }

    private static boolean isWorkingIn(ProcessHandle process, Path folder) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", String.valueOf(process.pid()), "cwd"))
                    .equals(folder);
        } catch (IOException endedOrSomebodyElses) {
            return false;
        }
    }
}
