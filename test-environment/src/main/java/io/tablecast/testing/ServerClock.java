// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The clock of one server, which can be set ahead or back while the server runs: libfaketime (package libfaketime of
 * Debian) is loaded into its processes. The machine's own clock stays as it is. May be used from several threads.
 */
public final class ServerClock {
    private static final Path LIBRARIES = Path.of("/usr/lib");

    private final Path library;
    private final Path folder;

    private ServerClock(Path library, Path folder) {
        this.library = library;
        this.folder = folder;
    }

    /** A clock that is right; empty where libfaketime is not installed. */
    public static Optional<ServerClock> create() {
        return library().map(library -> {
            ServerClock clock = new ServerClock(library, Folders.create("clock"));
            clock.set(Duration.ZERO);
            return clock;
        });
    }

    /**
     * Sets how far the clock is ahead of the machine's, or behind it when negative. Sessions see it at their next look.
     */
    public void set(Duration ahead) {
        Path next = folder.resolve("next");
        try {
            Files.writeString(next, String.format("%+d%n", ahead.toSeconds()));
            Files.move(next, offset(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot set the clock " + this, e);
        }
    }

    @Override
    public String toString() {
        return offset().toString();
    }

    /** Stands before the server's own command, so that no other program and no other user has the clock. */
    List<String> commandPrefix() {
        return List.of(
                "/usr/bin/env",
                "LD_PRELOAD=" + library,
                "FAKETIME_TIMESTAMP_FILE=" + offset(),
                "FAKETIME_NO_CACHE=1",
                // Timers keep the machine's pace.
                "FAKETIME_DONT_FAKE_MONOTONIC=1");
    }

    private Path offset() {
        return folder.resolve("offset");
    }

    private static Optional<Path> library() {
        try (DirectoryStream<Path> architectures = Files.newDirectoryStream(LIBRARIES, "*-linux-gnu")) {
            for (Path architecture : architectures) {
                Path library = architecture.resolve("faketime").resolve("libfaketime.so.1");
                if (Files.isReadable(library)) {
                    return Optional.of(library);
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot look for libfaketime under " + LIBRARIES, e);
        }
    }
}
