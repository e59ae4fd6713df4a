// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import io.tablecast.testing.ChildProcess.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Puts before a command what starts it as it must run: in its own session, with a signal from the kernel when this JVM
 * dies, and without privileges where it refuses to run as root. All these programs are part of util-linux and replace
 * themselves by the command, so that the process started is the service itself.
 */
final class CommandPrefix {
    /** Owner of services that refuse to run as root; on every Linux system. */
    private static final String UNPRIVILEGED_USER = "nobody";

    /** By number, because its name differs between distributions. */
    private static final int UNPRIVILEGED_GROUP = 65_534;

    private static final Optional<Path> SETSID = program("setsid");
    private static final Optional<Path> SETPRIV = program("setpriv");

    private CommandPrefix() {}

    /**
     * The command as this user.
     *
     * @param atDeathOfParent what the kernel sends to the service when this JVM dies
     */
    static List<String> ownUser(Signal atDeathOfParent, List<String> command) {
        List<String> prefixed = ownSession();
        SETPRIV.ifPresent(
                setpriv -> prefixed.addAll(List.of(setpriv.toString(), "--pdeathsig", "SIG" + atDeathOfParent)));
        prefixed.addAll(command);
        return List.copyOf(prefixed);
    }

    /** The command as an unprivileged user if this user is root, else as this user. */
    static List<String> unprivileged(Signal atDeathOfParent, List<String> command) {
        if (!CurrentUser.isRoot()) {
            return ownUser(atDeathOfParent, command);
        }
        Path setpriv = SETPRIV.orElseThrow(() -> new IllegalStateException(
                "PostgreSQL refuses to run as root, and setpriv (package util-linux) is not installed to run it as "
                        + UNPRIVILEGED_USER + ". Install it, run as another user, or name a server by "
                        + "tablecast.test.postgres.url."));
        List<String> prefixed = ownSession();
        prefixed.addAll(List.of(
                setpriv.toString(),
                "--reuid=" + UNPRIVILEGED_USER,
                "--regid=" + UNPRIVILEGED_GROUP,
                "--clear-groups",
                "--pdeathsig",
                "SIG" + atDeathOfParent));
        prefixed.addAll(command);
        return List.copyOf(prefixed);
    }

    /** Gives a file to the user that {@link #unprivileged} commands run as. */
    static void giveToUnprivileged(Path file) {
        if (!CurrentUser.isRoot()) {
            return;
        }
        try {
            Files.setOwner(
                    file,
                    file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(UNPRIVILEGED_USER));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot give " + file + " to user " + UNPRIVILEGED_USER, e);
        }
    }

    private static List<String> ownSession() {
        return SETSID.map(setsid -> new ArrayList<>(List.of(setsid.toString()))).orElseGet(ArrayList::new);
    }

    private static Optional<Path> program(String name) {
        return Stream.of("/usr/bin", "/bin", "/usr/sbin", "/sbin")
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
