// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e.faults;

import io.tablecast.testing.Database;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A disk of 192 MiB in memory that holds a database, and can be filled up. Needs the right to mount. */
final class SmallDisk implements AutoCloseable {
    private static final int PIECE_BYTES = 64 * 1024;

    private final Path mount;

    private SmallDisk(Path mount) {
        this.mount = mount;
    }

    /** Moves a database, to which nobody is connected, to a new disk. */
    static SmallDisk under(Database database) {
        try {
            SmallDisk disk = new SmallDisk(Files.createTempDirectory(Path.of("/tmp"), "tablecast-small-disk"));
            run("mount", "-t", "tmpfs", "-o", "size=192m,mode=0777", "tmpfs", disk.mount.toString());
            Path folder = Files.createDirectory(disk.mount.resolve("space"));
            // Not asked over the database itself, whose connection would be kept.
            Database maintenance = database.server().database("postgres");
            Files.setOwner(folder, Files.getOwner(Path.of(maintenance.value("SHOW data_directory"))));
            maintenance.execute(
                    "CREATE TABLESPACE small LOCATION '" + folder + "'",
                    "ALTER DATABASE " + Database.quote(database.name()) + " SET TABLESPACE small");
            return disk;
        } catch (IOException e) {
            throw new IllegalStateException("No small disk: " + e.getMessage(), e);
        }
    }

    /** Leaves no room. */
    void fill() throws IOException {
        try (OutputStream out = Files.newOutputStream(filler())) {
            byte[] piece = new byte[PIECE_BYTES];
            while (true) {
                out.write(piece);
            }
        } catch (IOException noSpaceLeft) {
            if (!noSpaceLeft.getMessage().contains("No space left")) {
                throw noSpaceLeft;
            }
        }
    }

    /** Makes room again. */
    void empty() throws IOException {
        Files.deleteIfExists(filler());
    }

    @Override
    public void close() {
        run("umount", "--lazy", mount.toString());
    }

    private Path filler() {
        return mount.resolve("filler");
    }

    private static void run(String... command) {
        try {
            Process process = new ProcessBuilder(command).inheritIO().start();
            if (process.waitFor() != 0) {
                throw new IllegalStateException("Failed: " + String.join(" ", command));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
