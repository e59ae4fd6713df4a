// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * The plugins that a worker loads: folders for its {@code plugin.path}, each with one folder per plugin.
 */
public final class Plugins {
    private static final String ZIPS = "tablecast.plugins";

    private static Plugins built;

    private final List<Path> folders;

    private Plugins(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    /** No plugins but Kafka's own. */
    public static Plugins none() {
        return new Plugins(List.of());
    }

    /**
     * The plugin zips of this build, named by the system property {@code tablecast.plugins} (separated by commas),
     * unpacked once per JVM.
     */
    public static synchronized Plugins built() {
        if (built == null) {
            built = unpackBuilt();
        }
        return built;
    }

    /** These plugins and those of a zip, unpacked as a user would unpack it. */
    public Plugins withZip(Path zip) {
        Path folder = Folders.create("plugins");
        unpack(zip, folder);
        return withFolder(folder);
    }

    /** These plugins and those of a folder that holds one folder per plugin. */
    public Plugins withFolder(Path folder) {
        return new Plugins(Stream.concat(folders.stream(), Stream.of(folder)).toList());
    }

    /**
     * These plugins and a schema registry's Avro converter, {@code io.apicurio.registry.utils.converter.AvroConverter}.
     * It has no service manifest, so the worker needs {@code plugin.discovery=hybrid_warn}.
     */
    public Plugins withApicurioConverter() {
        return withFolder(Peers.folder("converters"));
    }

    /**
     * The same converter with a service manifest added, as {@code connect-plugin-path sync-manifests} would: the worker
     * starts without a scan of all plugins.
     */
    public Plugins withApicurioConverterAndManifest() {
        Path folder = Folders.create("converters");
        try (Stream<Path> jars = Files.list(Peers.folder("converters").resolve("apicurio-converter"))) {
            Path plugin = Files.createDirectories(folder.resolve("apicurio-converter"));
            for (Path jar : jars.toList()) {
                Files.createSymbolicLink(plugin.resolve(jar.getFileName()), jar);
            }
            try (ZipOutputStream manifest =
                    new ZipOutputStream(Files.newOutputStream(plugin.resolve("manifest.jar")))) {
                manifest.putNextEntry(new ZipEntry("META-INF/services/org.apache.kafka.connect.storage.Converter"));
                manifest.write("io.apicurio.registry.utils.converter.AvroConverter\n".getBytes(StandardCharsets.UTF_8));
                manifest.closeEntry();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot link the converter into " + folder, e);
        }
        return withFolder(folder);
    }

    /** These plugins and Debezium's PostgreSQL connector and JDBC sink. */
    public Plugins withDebezium() {
        return withFolder(Peers.folder("connectors"));
    }

    /** Value of the worker's {@code plugin.path}, which must not be empty. */
    String pluginPath() {
        if (folders.isEmpty()) {
            return Folders.create("no-plugins").toString();
        }
        return folders.stream().map(Path::toString).collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        return "plugins in " + folders;
    }

    private static Plugins unpackBuilt() {
        String zips = Settings.value(ZIPS)
                .orElseThrow(() -> new IllegalStateException("System property " + ZIPS
                        + " is not set. It names the plugin zips, separated by commas, that 'mvn package' builds."));
        Path folder = Folders.create("plugins");
        for (String zip : zips.split(",", -1)) {
            unpack(Path.of(zip.strip()), folder);
        }
        return none().withFolder(folder);
    }

    private static void unpack(Path zip, Path folder) {
        if (!Files.isRegularFile(zip)) {
            throw new IllegalStateException("There is no plugin zip " + zip + ". Build it with 'mvn package'.");
        }
        try (ZipInputStream entries = new ZipInputStream(Files.newInputStream(zip))) {
            ZipEntry entry = entries.getNextEntry();
            if (entry == null) {
                throw new IllegalStateException(
                        "There is nothing in " + zip + ", or it is not a zip file. Build it with 'mvn package'.");
            }
            for (; entry != null; entry = entries.getNextEntry()) {
                unpackEntry(entries, entry, folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot unpack " + zip + " into " + folder, e);
        }
    }

    private static void unpackEntry(InputStream content, ZipEntry entry, Path folder) throws IOException {
        Path target = folder.resolve(entry.getName()).normalize();
        if (!target.startsWith(folder)) {
            throw new IOException("The zip names a file outside of its folder: " + entry.getName());
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        Files.copy(content, target);
    }
}
