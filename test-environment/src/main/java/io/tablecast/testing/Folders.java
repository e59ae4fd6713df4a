// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Where services keep their files: {@code tablecast-<user id>} in the temporary directory, with {@code cache} for what
 * later runs use again and {@code run-...} for what belongs to this JVM. A run folder holds a file that its JVM keeps
 * locked, so that folders left by a JVM that was killed are recognised and deleted by the next one.
 */
final class Folders {
    private static final Set<PosixFilePermission> ENTERED_BY_ALL = PosixFilePermissions.fromString("rwxr-xr-x");
    private static final String RUN_PREFIX = "run-";
    private static final String LOCK = "lock";
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** Keeps the lock of this JVM's run folder open until the JVM ends. */
    private static FileLock runLock;

    private static Path runFolder;

    private Folders() {}

    /** The folder for things that are the same in every run; the caller protects it against concurrent writers. */
    static Path cache() {
        return enteredByAll(home().resolve("cache"));
    }

    /** A new empty folder, deleted when the JVM ends at the latest. */
    static Path create(String name) {
        return enteredByAll(run().resolve(name + "-" + NUMBER.incrementAndGet()));
    }

    /** Deletes a folder and all that is in it; files that vanish meanwhile are no error. */
    static void delete(Path folder) {
        try {
            Files.walkFileTree(folder, new Deletion());
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot delete " + folder, e);
        }
    }

    /** Deletes what this JVM made; called when nothing runs in it any more. */
    static synchronized void deleteRun() {
        if (runFolder == null) {
            return;
        }
        delete(runFolder);
        runFolder = null;
        try {
            runLock.acquiredBy().close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot close the lock of a deleted folder", e);
        }
    }

    private static synchronized Path run() {
        if (runFolder != null) {
            return runFolder;
        }
        try {
            deleteAbandonedRuns();
            Path starting = Files.createTempDirectory(home(), "starting-");
            FileChannel channel =
                    FileChannel.open(starting.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            runLock = channel.lock();
            // Renamed only now: an unlocked folder of this name would look abandoned to another JVM that starts.
            Path folder = home().resolve(starting.getFileName().toString().replace("starting-", RUN_PREFIX));
            runFolder = enteredByAll(Files.move(starting, folder, StandardCopyOption.ATOMIC_MOVE));
            OpenServices.closeAtExit();
            return runFolder;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create a folder for services in " + home(), e);
        }
    }

    private static void deleteAbandonedRuns() throws IOException {
        List<Path> runs;
        try (Stream<Path> folders = Files.list(home())) {
            runs = folders.filter(folder -> folder.getFileName().toString().startsWith(RUN_PREFIX))
                    .toList();
        }
        for (Path run : runs) {
            if (isAbandoned(run)) {
                deleteOrLeave(run);
            }
        }
    }

    private static void deleteOrLeave(Path run) {
        try {
            delete(run);
        } catch (UncheckedIOException stillWritten) {
            System.err.println("Left over from a run that was killed, for the next one to delete: " + stillWritten);
        }
    }

    private static boolean isAbandoned(Path run) throws IOException {
        try (FileChannel channel = FileChannel.open(run.resolve(LOCK), StandardOpenOption.WRITE);
                FileLock lock = channel.tryLock()) {
            return lock != null;
        } catch (NoSuchFileException | OverlappingFileLockException beingDeletedOrOurs) {
            return false;
        }
    }

    private static Path home() {
        Path parent = CurrentUser.isRoot() ? CurrentUser.temporaryFolderOpenToAll() : temporaryFolder();
        Path home = enteredByAll(parent.resolve("tablecast-" + CurrentUser.id()));
        if (!CurrentUser.owns(home)) {
            throw new IllegalStateException("Cannot keep files of services in " + home
                    + ": it belongs to somebody else. Remove it, or set java.io.tmpdir to another folder.");
        }
        return home;
    }

    static Path temporaryFolder() {
        return Path.of(System.getProperty("java.io.tmpdir")).toAbsolutePath();
    }

    /** PostgreSQL runs as another user when we are root, so that user must be able to reach its files. */
    private static Path enteredByAll(Path folder) {
        try {
            Files.createDirectories(folder);
            if (CurrentUser.owns(folder)) {
                Files.setPosixFilePermissions(folder, ENTERED_BY_ALL);
            }
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create " + folder, e);
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {
        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributesIgnored) throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
            if (failure instanceof NoSuchFileException) {
                return FileVisitResult.CONTINUE;
            }
            throw failure;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
            if (failure != null && !(failure instanceof NoSuchFileException)) {
                throw failure;
            }
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
        }
    }
}
