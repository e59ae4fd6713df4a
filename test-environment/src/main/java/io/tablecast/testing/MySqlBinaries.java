// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The programs of MySQL and MariaDB, unpacked once per user and then used by every run. */
final class MySqlBinaries {
    private static final String CHOICE = "tablecast.test.mysql";
    private static final String NONE = "none";
    private static final Duration INSTALL_TIMEOUT = Duration.ofMinutes(5);

    private MySqlBinaries() {}

    /** The folder that holds MySQL's packages unpacked; empty where they cannot be had. */
    static Optional<Path> mysql() {
        return Installed.MYSQL;
    }

    /** The folder with {@code bin}, {@code scripts} and {@code share} of a MariaDB. */
    static synchronized Path mariaDb(MySqlRelease release) {
        Path folder = Folders.cache().resolve(release.title().replace(' ', '-'));
        if (Files.isDirectory(folder)) {
            return folder;
        }
        try {
            // Unpacked aside and renamed, so that no other JVM sees half of it.
            Path aside = Folders.create("unpacking");
            unpack(release, aside);
            moveUnlessPresent(aside, folder);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot unpack " + release.title() + " into " + folder, e);
        }
    }

    static void moveUnlessPresent(Path aside, Path folder) throws IOException {
        try {
            Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (!Files.isDirectory(folder)) {
                throw e;
            }
            // Another JVM was faster.
            Folders.delete(aside);
        }
    }

    private static void unpack(MySqlRelease release, Path folder) throws IOException {
        try (InputStream packed = MySqlBinaries.class.getResourceAsStream(release.archive())) {
            if (packed == null) {
                throw new IllegalStateException(release.title() + " is not on the class path (" + release.archive()
                        + "). Build module test-environment with Maven.");
            }
            ZipInputStream entries = new ZipInputStream(new BufferedInputStream(packed));
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                unpackEntry(entries, entry, folder);
            }
        }
    }

    private static void unpackEntry(InputStream content, ZipEntry entry, Path folder) throws IOException {
        int programs = entry.getName().indexOf("/linux/");
        if (entry.isDirectory() || programs < 0) {
            return;
        }
        Path target = folder.resolve(entry.getName().substring(programs + "/linux/".length()))
                .normalize();
        if (!target.startsWith(folder)) {
            throw new IOException("The archive names a file outside of its folder: " + entry.getName());
        }
        Files.createDirectories(target.getParent());
        Files.copy(content, target);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
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
