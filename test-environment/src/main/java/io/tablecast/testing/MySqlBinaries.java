// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** The programs of MySQL and MariaDB, unpacked once per user and then used by every run. */
final class MySqlBinaries {
    private static final String CHOICE = "tablecast.test.mysql";
    private static final String NONE = "none";
    private static final String PROGRAMS_OF_MARIADB = "/linux/";
    private static final String PROGRAMS_OF_MYSQL_8_0 = "mysql-Linux-amd64.tar.gz";
    private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(5);

    private MySqlBinaries() {}

    /** The folder that holds MySQL's packages unpacked; empty where they cannot be had. */
    static Optional<Path> mysql() {
        return Installed.MYSQL;
    }

    /** The same where there must be one. */
    static Path newestMysql() {
        return mysql().orElseThrow(() -> new IllegalStateException(
                "MySQL is not to be had on this machine; ask MySqlRelease.isAvailable() before"));
    }

    /** The folder with {@code bin}, {@code scripts} and {@code share} of a MariaDB. */
    static Path mariaDb(MySqlRelease release) {
        return unpacked(release, MySqlBinaries::unpackMariaDb);
    }

    /** The folder with {@code bin}, {@code lib} and {@code share} of MySQL 8.0, for which there must be a newer MySQL. */
    static Path mysql80() {
        return unpacked(MySqlRelease.MYSQL_8_0, MySqlBinaries::unpackMySql80);
    }

    private static Path unpacked(MySqlRelease release, UnpackedPrograms.Unpacking unpacking) {
        Path folder = Folders.cache().resolve(release.title().replace(' ', '-'));
        return UnpackedPrograms.of(release.title(), release.archive(), folder, unpacking);
    }

    private static void unpackMariaDb(InputStream packed, Path folder) throws IOException {
        ZipInputStream entries = new ZipInputStream(new BufferedInputStream(packed));
        for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
            int programs = entry.getName().indexOf(PROGRAMS_OF_MARIADB);
            if (!entry.isDirectory() && programs >= 0) {
                String name = entry.getName().substring(programs + PROGRAMS_OF_MARIADB.length());
                UnpackedPrograms.write(entries, UnpackedPrograms.place(folder, name), true);
            }
        }
    }

    private static void unpackMySql80(InputStream packed, Path folder) throws IOException {
        ZipInputStream entries = new ZipInputStream(new BufferedInputStream(packed));
        ZipEntry entry = entries.getNextEntry();
        while (entry != null && !entry.getName().equals(PROGRAMS_OF_MYSQL_8_0)) {
            entry = entries.getNextEntry();
        }
        if (entry == null) {
            throw new IOException("There is no " + PROGRAMS_OF_MYSQL_8_0 + " in the archive");
        }
        TarArchiveInputStream files = new TarArchiveInputStream(new GZIPInputStream(entries));
        for (TarArchiveEntry file = files.getNextEntry(); file != null; file = files.getNextEntry()) {
            if (file.isFile()) {
                UnpackedPrograms.write(
                        files, UnpackedPrograms.place(folder, file.getName()), (file.getMode() & 0100) != 0);
            }
        }
        // It is linked for a name that Debian has given up.
        Path renamed = newestMysql().resolve("usr/lib/x86_64-linux-gnu/libaio.so.1t64");
        if (Files.exists(renamed)) {
            Files.copy(renamed, folder.resolve("lib/libaio.so.1"));
        }
    }

    /** Asked for once per JVM: an installation that fails takes its time. */
    private static final class Installed {
        private static final Optional<Path> MYSQL = install();

        private static Optional<Path> install() {
            Path folder = Folders.cache().resolve("MySQL");
            if (Settings.value(CHOICE).filter(NONE::equals).isPresent()) {
                return without("system property " + CHOICE + " is " + NONE);
            }
            if (Files.isDirectory(folder)) {
                return Optional.of(folder);
            }
            Optional<Path> script = Settings.value("tablecast.root")
                    .map(root -> Path.of(root, ".ci", "mysql-server"))
                    .filter(Files::isExecutable);
            if (script.isEmpty()) {
                return without("there is no .ci/mysql-server to install it with");
            }
            Path log = Folders.create("mysql-installation").resolve("log");
            try {
                System.out.println("Installing MySQL into " + folder + ", once for all runs");
                ChildProcess.run(
                        "The installation of MySQL",
                        List.of(script.get().toString(), "install", folder.toString()),
                        log,
                        INSTALL_TIMEOUT);
                return Optional.of(folder);
            } catch (IllegalStateException e) {
                return without(e.getMessage());
            }
        }

        private static Optional<Path> without(String reason) {
            System.err.println("""

                    ****************************************************************************
                    SKIPPED: all that needs a real MySQL. It runs on MariaDB alone here, because
                    %s
                    ****************************************************************************
                    """.formatted(reason));
            return Optional.empty();
        }
    }
}
