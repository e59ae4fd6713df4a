// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Programs of servers, unpacked once per user and then used by every run. */
final class UnpackedPrograms {
    private UnpackedPrograms() {}

    /**
     * The folder with the programs of a release.
     *
     * @param resource the archive, beside this class
     * @param title of the release, for messages
     */
    static synchronized Path of(String title, String resource, Path folder, Unpacking unpacking) {
        if (Files.isDirectory(folder)) {
            return folder;
        }
        try (InputStream packed = UnpackedPrograms.class.getResourceAsStream(resource)) {
            if (packed == null) {
                throw new IllegalStateException(title + " is not on the class path (" + resource
                        + "). Build module test-environment with Maven.");
            }
            // Unpacked aside and renamed, so that no other JVM sees half of it.
            Path aside = Folders.create("unpacking");
            unpacking.unpack(packed, aside);
            moveUnlessPresent(aside, folder);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot unpack " + title + " into " + folder, e);
        }
    }

    /** Where a file or link of an archive belongs; the folder that holds it is there then. */
    static Path place(Path folder, String name) throws IOException {
        Path target = folder.resolve(name).normalize();
        if (!target.startsWith(folder)) {
            throw new IOException("The archive names a file outside of its folder: " + name);
        }
        Files.createDirectories(target.getParent());
        return target;
    }

    /** Writes a file of an archive. */
    static void write(InputStream content, Path target, boolean isProgram) throws IOException {
        Files.copy(content, target);
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(isProgram ? "rwxr-xr-x" : "rw-r--r--"));
    }

    /** Renames what is whole. */
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

    /** Writes the files of an archive below a folder. */
    interface Unpacking {
        void unpack(InputStream archive, Path folder) throws IOException;
    }
}
