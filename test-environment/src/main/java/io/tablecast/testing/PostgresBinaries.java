// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs. */
final class PostgresBinaries {
    private PostgresBinaries() {}

    /** The folder with {@code bin}, {@code lib} and {@code share}. */
    static Path unpacked(PostgresVersion version) {
        requireLinuxOnAmd64();
        return UnpackedPrograms.of(
                "PostgreSQL " + version.number(),
                version.archive(),
                Folders.cache().resolve("postgresql-" + version.binariesVersion()),
                PostgresBinaries::unpack);
    }

    private static void requireLinuxOnAmd64() {
        String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
        if (!system.equals("Linux amd64")) {
            throw new IllegalStateException("Embedded PostgreSQL needs Linux on x86-64, this is " + system
                    + ". Start Docker, or name a server by tablecast.test.postgres.url.");
        }
    }

    private static void unpack(InputStream packed, Path folder) throws IOException {
        TarArchiveInputStream entries = new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(packed)));
        for (TarArchiveEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
            if (entry.isDirectory()) {
                continue;
            }
            Path target = UnpackedPrograms.place(folder, entry.getName());
            if (entry.isSymbolicLink()) {
                Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            } else {
                UnpackedPrograms.write(entries, target, (entry.getMode() & 0100) != 0);
            }
        }
    }
}
