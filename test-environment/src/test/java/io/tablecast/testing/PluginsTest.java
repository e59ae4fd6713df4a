// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PluginsTest {
    @TempDir
    private Path folder;

    @Test
    void zipIsUnpackedIntoAFolderOfThePluginPath() throws IOException {
        Plugins plugins = Plugins.none().withZip(zip("plugin/lib/plugin.jar")).withFolder(folder);

        String[] path = plugins.pluginPath().split(",", -1);

        assertThat(path).hasSize(2);
        assertThat(Path.of(path[0]).resolve("plugin/lib/plugin.jar")).hasContent("content");
        assertThat(path[1]).isEqualTo(folder.toString());
    }

    @Test
    void pluginPathIsNeverEmpty() {
        assertThat(Path.of(Plugins.none().pluginPath())).isEmptyDirectory();
    }

    @Test
    void absentZipIsNamed() {
        Path absent = folder.resolve("absent.zip");

        assertThatThrownBy(() -> Plugins.none().withZip(absent))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("There is no plugin zip " + absent + ". Build it with 'mvn package'.");
    }

    @Test
    void fileOutsideOfTheFolderIsRefused() throws IOException {
        Path zip = zip("../outside.jar");

        assertThatThrownBy(() -> Plugins.none().withZip(zip))
                .isInstanceOf(UncheckedIOException.class)
                .hasRootCauseMessage("The zip names a file outside of its folder: ../outside.jar");
    }

    private Path zip(String entry) throws IOException {
        Path zip = folder.resolve("plugin.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            out.putNextEntry(new ZipEntry(entry));
            out.write("content".getBytes(StandardCharsets.UTF_8));
        }
        return zip;
    }
}
