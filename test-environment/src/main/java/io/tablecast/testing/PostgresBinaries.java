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
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs, unpacked once per user and version and then used by every run. */
final class PostgresBinaries {
    private PostgresBinaries() {}

    /** The folder with {@code bin}, {@code lib} and {@code share}. */
    static synchronized Path unpacked(PostgresVersion version) {
        Path folder = Folders.cache().resolve("postgresql-" + version.binariesVersion());
        if (Files.isDirectory(folder)) {
            return folder;
        }
        requireLinuxOnAmd64();
        try {
            // Unpacked aside and renamed, so that no other JVM sees half of it.
            Path aside = Folders.create("unpacking");
            unpack(version, aside);
            moveUnlessPresent(aside, folder);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot unpack PostgreSQL " + version.number() + " into " + folder, e);
        }
    }

    private static void requireLinuxOnAmd64() {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!system.equals("Linux amd64")) {
            throw new IllegalStateException("Embedded PostgreSQL needs Linux on x86-64, this is " + system
                    + ". Start Docker, or name a server by tablecast.test.postgres.url.");
        }
    }

    private static void unpack(PostgresVersion version, Path folder) throws IOException {
        try (InputStream packed = PostgresBinaries.class.getResourceAsStream(version.archive())) {
            if (packed == null) {
                throw new IllegalStateException("PostgreSQL " + version.number() + " is not on the class path ("
                        + version.archive() + "). Build module test-environment with Maven.");
            }
            TarArchiveInputStream entries =
                    new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(packed)));
            for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                unpackEntry(entries, entry, folder);
            }
        }
    }

    private static void unpackEntry(TarArchiveInputStream content, TarArchiveEntry entry, Path folder)
            throws IOException {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
            throw new IOException("The archive names a file outside of its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(content, target);
        boolean isProgram = (entry.getMode() & 0100) != 0;
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(isProgram ? "rwxr-xr-x" : "rw-r--r--"));
    }

    private static void moveUnlessPresent(Path aside, Path folder) throws IOException {
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
}
