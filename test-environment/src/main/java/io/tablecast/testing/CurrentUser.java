// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.stream.Stream;

/** The user this JVM runs as. PostgreSQL refuses to run as root, so much depends on whether it is root. */
final class CurrentUser {
    private static final int UID = uid(Path.of("/proc/self"));

    private CurrentUser() {}

    static boolean isRoot() {
        return UID == 0;
    }

    /** The numeric id: not every user has a name, in containers above all. */
    static int id() {
        return UID;
    }

    static boolean owns(Path file) {
        return uid(file) == UID;
    }

    /** The first temporary folder that a user without privileges can reach too. */
    static Path temporaryFolderOpenToAll() {
        List<Path> candidates = List.of(Folders.temporaryFolder(), Path.of("/tmp"), Path.of("/var/tmp"));
        return candidates.stream()
                .filter(CurrentUser::isReachableByAll)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("PostgreSQL does not run as root, and none of "
                        + candidates + " can be entered by another user. Set java.io.tmpdir to a folder that can."));
    }

    private static boolean isReachableByAll(Path folder) {
        return Stream.iterate(folder, parent -> parent != null, Path::getParent).allMatch(CurrentUser::isEnteredByAll);
    }

    private static boolean isEnteredByAll(Path folder) {
        try {
            return Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE);
        } catch (IOException absent) {
            return false;
        }
    }

    private static int uid(Path file) {
        try {
            return (Integer) Files.getAttribute(file, "unix:uid");
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the owner of " + file, e);
        }
    }
}
