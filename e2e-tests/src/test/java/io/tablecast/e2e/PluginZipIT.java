// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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

    /** Of the others the licence is Tablecast's own. */
    @ParameterizedTest
    @MethodSource("zips")
    void carriesTheLicenceTextsOfLibrariesUnderOtherLicences(Path zip) throws IOException {
        List<String> others = textOf(zip, "THIRD-PARTY.txt")
                .lines()
                .filter(line -> line.contains(":") && !line.contains("(Apache-2.0)"))
                .map(line -> line.replaceFirst(".*\\(\\S+?:(\\S+?):.*", "$1"))
                .filter(library -> !library.contains(" "))
                .toList();

        assertThat(others)
                .contains("postgresql")
                .allSatisfy(library -> assertThat(entriesOf(zip))
                        .anyMatch(entry -> entry.matches(".*/licenses/" + library + "-[^/]*/(META-INF/)?LICENSE.*")));
    }

    @ParameterizedTest
    @MethodSource("zips")
    void listsEveryLibraryInsideWithItsHash(Path zip) throws IOException {
        assumeTrue(
                entriesOf(zip).contains(folderOf(zip) + "bom.json"),
                "SKIPPED: the zips were built offline (mvn -o), where no bill of materials is made.");
        Map<String, String> hashes = new HashMap<>();
        JsonNode bill = new ObjectMapper().readTree(textOf(zip, "bom.json"));
        assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
        for (JsonNode component : bill.path("components")) {
            component.path("hashes").forEach(hash -> {
                if ("SHA-256".equals(hash.path("alg").asText())) {
                    String jar = component.path("name").asText() + "-"
                            + component.path("version").asText() + ".jar";
                    hashes.put(jar, hash.path("content").asText());
                }
            });
        }

        List<String> libraries =
                jarsOf(zip).filter(jar -> !jar.startsWith("tablecast-")).toList();

        assertThat(hashes).containsKeys(libraries.toArray(new String[0]));
        for (String jar : libraries) {
            assertThat(hashes.get(jar)).as(jar).isEqualTo(sha256(bytesOf(zip, jar)));
        }
    }

    @ParameterizedTest
    @MethodSource("zips")
    void describesItselfForHubs(Path zip) throws IOException {
        JsonNode manifest = new ObjectMapper().readTree(textOf(zip, "manifest.json"));

        assertThat(manifest.path("name").asText() + "-"
                        + manifest.path("version").asText() + "/")
                .isEqualTo(folderOf(zip));
        assertThat(manifest.path("component_types").path(0).asText()).isIn("source", "sink");
        assertThat(textOf(zip, manifest.path("logo").asText())).startsWith("<svg");
        assertThat(manifest.toString()).doesNotContain("${");
    }

    /** That of the build's own files, inside and out: the time of day would make each build another one. */
    @ParameterizedTest
    @MethodSource("zips")
    void everyEntryCarriesTheTimeOfTheRelease(Path zip) throws IOException {
        Set<LocalDateTime> times = new TreeSet<>();
        try (ZipFile file = new ZipFile(zip.toFile())) {
            file.stream().forEach(entry -> times.add(entry.getTimeLocal()));
            for (ZipEntry jar : file.stream()
                    .filter(entry -> entry.getName().contains("/tablecast-")
                            && entry.getName().endsWith(".jar"))
                    .toList()) {
                try (ZipInputStream entries = new ZipInputStream(file.getInputStream(jar))) {
                    for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
                        times.add(entry.getTimeLocal());
                    }
                }
            }
        }

        assertThat(times).hasSize(1);
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
        return new String(bytesOf(zip, name), StandardCharsets.UTF_8);
    }

    private static byte[] bytesOf(Path zip, String name) throws IOException {
        try (ZipFile file = new ZipFile(zip.toFile())) {
            ZipEntry entry = file.getEntry(folderOf(zip) + name);
            assertThat(entry).as(name).isNotNull();
            return file.getInputStream(entry).readAllBytes();
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }

    private static String folderOf(Path zip) {
        return zip.getFileName().toString().replaceFirst("\\.zip$", "/");
    }
}
