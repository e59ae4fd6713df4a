// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an operator unpacks under plugin.path. */
class PluginZipIT {

    static Stream<Path> zips() {
        List<Path> zips = Arrays.stream(System.getProperty("tablecast.plugins").split(","))
                .map(Path::of)
                .toList();
        assertThat(zips).hasSize(2);
        return zips.stream();
    }

    @ParameterizedTest
    @MethodSource("zips")
    void unpacksIntoOneFolderNamedAfterPluginAndVersion(Path zip) throws IOException {
        String folder = folderOf(zip);

        assertThat(entriesOf(zip)).isNotEmpty().allMatch(entry -> entry.startsWith(folder));
    }

    @ParameterizedTest
    @MethodSource("zips")
    void carriesLicencesAndInstructions(Path zip) throws IOException {
        assertThat(textOf(zip, "LICENSE")).contains("Apache License").contains("Version 2.0, January 2004");
        assertThat(textOf(zip, "NOTICE")).contains("Tablecast");
        assertThat(textOf(zip, "README.txt"))
                .contains("plugin.path")
                .contains(System.getProperty("tablecast.version"))
                .doesNotContain("${");
    }

    @ParameterizedTest
    @MethodSource("zips")
    void namesTheLicenceOfEveryLibraryInside(Path zip) throws IOException {
        String thirdParty = textOf(zip, "THIRD-PARTY.txt");

        List<String> libraries =
                jarsOf(zip).filter(jar -> !jar.startsWith("tablecast-")).toList();

        assertThat(libraries)
                .isNotEmpty()
                .allSatisfy(jar -> assertThat(thirdParty)
                        .containsPattern("\\([^)]+\\) .*:" + jar.replaceFirst("-([0-9][^-]*)\\.jar$", ":$1") + " "));
    }

    @ParameterizedTest
    @MethodSource("zips")
    void leavesOutWhatTheWorkerBrings(Path zip) throws IOException {
        assertThat(jarsOf(zip))
                .isNotEmpty()
                .noneMatch(jar -> jar.startsWith("connect-") || jar.startsWith("kafka"))
                .noneMatch(jar -> jar.startsWith("slf4j") || jar.startsWith("log4j"));
    }

    @ParameterizedTest
    @MethodSource("zips")
    void bringsTheJsonConverter(Path zip) throws IOException {
        Map<String, String> files =
                textsInside(zip, "tablecast-json-converter-" + System.getProperty("tablecast.version") + ".jar");

        assertThat(files)
                .hasEntrySatisfying(
                        "META-INF/services/org.apache.kafka.connect.storage.Converter",
                        services -> assertThat(services).hasLineCount(1).contains("TablecastJsonConverter"))
                .containsKey("io/tablecast/json/TablecastJsonConverter.class");
    }

    /** Without it a worker with plugin.discovery=service_load does not see the connector. */
    @ParameterizedTest
    @MethodSource("zips")
    void declaresItsConnectorsForServiceLoader(Path zip) throws IOException {
        String jar = zip.getFileName().toString().replaceFirst("\\.zip$", ".jar");
        Map<String, String> files = textsInside(zip, jar);

        List<String> connectors = files.entrySet().stream()
                .filter(file -> file.getKey().startsWith("META-INF/services/org.apache.kafka.connect."))
                .flatMap(file -> file.getValue().lines())
                .toList();

        assertThat(connectors).isNotEmpty();
        assertThat(files)
                .containsKeys(connectors.stream()
                        .map(connector -> connector.replace('.', '/') + ".class")
                        .toArray(String[]::new));
    }

    private static Map<String, String> textsInside(Path zip, String jar) throws IOException {
        Map<String, String> texts = new HashMap<>();
        try (ZipFile file = new ZipFile(zip.toFile());
                ZipInputStream entries = new ZipInputStream(file.getInputStream(file.getEntry(folderOf(zip) + jar)))) {
            for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                texts.put(entry.getName(), new String(entries.readAllBytes(), StandardCharsets.UTF_8));
            }
        }
        return texts;
    }

    private static Stream<String> jarsOf(Path zip) throws IOException {
        return entriesOf(zip).stream()
                .filter(entry -> entry.endsWith(".jar"))
                .map(entry -> entry.substring(entry.lastIndexOf('/') + 1));
    }

    private static List<String> entriesOf(Path zip) throws IOException {
        try (ZipFile file = new ZipFile(zip.toFile())) {
            return file.stream().map(ZipEntry::getName).toList();
        }
    }

    private static String textOf(Path zip, String name) throws IOException {
        try (ZipFile file = new ZipFile(zip.toFile())) {
            ZipEntry entry = file.getEntry(folderOf(zip) + name);
            assertThat(entry).as(name).isNotNull();
            return new String(file.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String folderOf(Path zip) {
        return zip.getFileName().toString().replaceFirst("\\.zip$", "/");
    }
}
