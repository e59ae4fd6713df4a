// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import io.tablecast.testing.ChildProcess.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Classes of a program in the form in which a JVM keeps them: mapping them costs half of what reading and verifying them
 * does, and brokers and workers start often. The first process of a program that is in service writes its archive for all
 * that follow; a JVM that cannot use one starts without it. See <a
 * href="https://docs.oracle.com/en/java/javase/17/vm/class-data-sharing.html">Class Data Sharing</a>.
 */
final class ClassArchive {
    private static final Duration TIME_TO_WRITE = Duration.ofMinutes(1);

    private final Path file;
    private final boolean isThere;

    private ClassArchive(Path file) {
        this.file = file;
        this.isThere = Files.exists(file);
    }

    /** The archive of a main class, kept beside the unpacked programs. */
    static ClassArchive of(String classPath, String mainClass) {
        String content = System.getProperty("java.vm.version") + classPath;
        UUID name = UUID.nameUUIDFromBytes(content.getBytes(StandardCharsets.UTF_8));
        return new ClassArchive(Folders.cache().resolve(mainClass + "-" + name + ".jsa"));
    }

    List<String> jvmArguments() {
        return isThere
                ? List.of("-XX:SharedArchiveFile=" + file, "-Xshare:auto", "-Xlog:cds=off", "-Xlog:cds+dynamic=off")
                : List.of("-XX:+RecordDynamicDumpInfo", "-Xlog:cds=off", "-Xlog:cds+dynamic=off");
    }

    /** Writes the archive unless there was one when the process was started with {@link #jvmArguments()}. */
    void writeFrom(ChildProcess process, Path folder) {
        if (isThere || Files.exists(file)) {
            return;
        }
        Path written = file.resolveSibling(file.getFileName() + "." + process.pid());
        Path log = folder.resolve("class-archive.log");
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                String.valueOf(process.pid()),
                "VM.cds",
                "dynamic_dump",
                written.toString());
        ChildProcess.run("jcmd", CommandPrefix.ownUser(Signal.KILL, command), log, TIME_TO_WRITE);
        try {
            // Several test JVMs may write one at once.
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("No class archive was written, see " + log, e);
        }
    }
}
