// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import io.tablecast.testing.ChildProcess.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** How the programs of one release are called. */
final class MySqlPrograms {
    private static final Duration INITIALISATION_TIMEOUT = Duration.ofMinutes(2);

    private final MySqlRelease release;
    private final Path folder;

    private MySqlPrograms(MySqlRelease release, Path folder) {
        this.release = release;
        this.folder = folder;
    }

    static MySqlPrograms of(MySqlRelease release) {
        if (release.isMariaDb()) {
            return new MySqlPrograms(release, MySqlBinaries.mariaDb(release));
        }
        return new MySqlPrograms(
                release, release == MySqlRelease.MYSQL ? MySqlBinaries.newestMysql() : MySqlBinaries.mysql80());
    }

    /** The server's command without what belongs to one data directory. */
    List<String> server() {
        List<String> command = new ArrayList<>(
                switch (release) {
                    case MARIADB_11_4, MARIADB_10_11 ->
                        List.of(folder.resolve("bin/mariadbd").toString(), "--no-defaults", "--basedir=" + folder);
                    case MYSQL_8_0 -> mysql80();
                    case MYSQL -> newestMysql();
                });
        if (CurrentUser.isRoot()) {
            command.add("--user=root");
        }
        return command;
    }

    private List<String> mysql80() {
        return mysqld(
                folder,
                folder.resolve("bin/mysqld"),
                folder.resolve("share"),
                folder.resolve("lib/plugin"),
                folder.resolve("lib"));
    }

    private List<String> newestMysql() {
        Path usr = folder.resolve("usr");
        return mysqld(
                usr,
                usr.resolve("sbin/mysqld"),
                usr.resolve("share/mysql"),
                usr.resolve("lib/mysql/plugin"),
                usr.resolve("lib/mysql/private"));
    }

    /** With the C library that comes with the newest MySQL, which needs a newer one than this machine's may be. */
    private static List<String> mysqld(Path base, Path program, Path share, Path plugins, Path ownLibraries) {
        Path usr = MySqlBinaries.newestMysql().resolve("usr");
        return List.of(
                usr.resolve("lib64/ld-linux-x86-64.so.2").toString(),
                "--library-path",
                ownLibraries + ":" + usr.resolve("lib/x86_64-linux-gnu"),
                program.toString(),
                "--no-defaults",
                "--basedir=" + base,
                "--lc-messages-dir=" + share,
                "--character-sets-dir=" + share.resolve("charsets"),
                "--plugin-dir=" + plugins,
                "--secure-file-priv=",
                "--mysqlx=OFF");
    }

    /** A new data directory; made once per user and release, then copied. */
    void createData(Path data) {
        try {
            copy(template(), data);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create the data directory " + data, e);
        }
    }

    private Path template() throws IOException {
        Path template = Folders.cache().resolve("data-of-" + folder.getFileName());
        if (Files.isDirectory(template)) {
            return template;
        }
        Path aside = Folders.create("initialising");
        Path data = aside.resolve("data");
        Path log = aside.resolve("log");
        if (release.isMariaDb()) {
            run(
                    List.of(
                            folder.resolve("scripts/mariadb-install-db").toString(),
                            "--no-defaults",
                            "--basedir=" + folder,
                            "--datadir=" + data,
                            "--auth-root-authentication-method=normal",
                            "--skip-test-db",
                            "--innodb-log-file-size=16M",
                            CurrentUser.isRoot() ? "--user=root" : "--skip-name-resolve"),
                    log);
        } else {
            List<String> command = server();
            command.addAll(
                    List.of("--initialize-insecure", "--datadir=" + data, "--" + release.redoLogSetting() + "=8M"));
            run(command, log);
            // Holds the server's uuid, which every copy must make for itself.
            Files.delete(data.resolve("auto.cnf"));
        }
        UnpackedPrograms.moveUnlessPresent(data, template);
        return template;
    }

    private void run(List<String> command, Path log) {
        ChildProcess.run(
                "The initialisation of " + release.title(),
                CommandPrefix.ownUser(Signal.KILL, command),
                log,
                INITIALISATION_TIMEOUT);
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
