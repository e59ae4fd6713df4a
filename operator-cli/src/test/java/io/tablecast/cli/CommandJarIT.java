// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What the jar of the command tells of itself and of the libraries inside. */
final class CommandJarIT {

    private static final Path ROOT = Path.of(System.getProperty("tablecast.root"));
    private static final Path JAR =
            ROOT.resolve("operator-cli/target/tablecast-" + System.getProperty("tablecast.version") + ".jar");

    private static final Set<String> entries = new HashSet<>();
    /** Jars of the build's class path whose classes are inside. */
    private static final List<Path> libraries = new ArrayList<>();

    @BeforeAll
    static void open() throws IOException {
        entries.addAll(names(JAR));
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            Path library = Path.of(part);
            if (part.endsWith(".jar") && !part.contains("tablecast-") && isInside(library)) {
                libraries.add(library);
            }
        }
        assertThat(libraries)
                .extracting(library -> library.getFileName().toString().replaceFirst("-[0-9].*", ""))
                .contains("postgresql", "mysql-connector-j", "kafka-clients", "picocli", "slf4j-simple");
    }

    @Test
    void carriesLicenceAndNotice() throws IOException {
        assertThat(text("META-INF/LICENSE")).isEqualTo(Files.readString(ROOT.resolve("LICENSE")));
        assertThat(text("META-INF/NOTICE")).isEqualTo(Files.readString(ROOT.resolve("NOTICE")));
    }

    @Test
    void namesTheLicenceOfEveryLibraryInside() throws IOException {
        String thirdParty = text("META-INF/THIRD-PARTY.txt");

        assertThat(libraries)
                .allSatisfy(library -> assertThat(thirdParty)
                        .containsPattern(
                                "\\([^)]+\\) .*:" + name(library).replaceFirst("-([0-9][^-]*)$", ":$1") + " "));
        assertThat(thirdParty.lines().filter(line -> line.startsWith("     ("))).hasSize(libraries.size());
    }

    /** Of the others the licence is Tablecast's own. */
    @Test
    void carriesTheLicenceTextsOfLibrariesUnderOtherLicences() throws IOException {
        List<String> others = text("META-INF/THIRD-PARTY.txt")
                .lines()
                .filter(line -> line.startsWith("     (") && !line.contains("(Apache-2.0)"))
                .map(line -> line.replaceFirst(".*\\(\\S+?:(\\S+?):.*", "$1"))
                .toList();

        assertThat(others)
                .contains("postgresql", "mysql-connector-j", "slf4j-api", "slf4j-simple")
                .allSatisfy(library -> assertThat(entries)
                        .anyMatch(entry ->
                                entry.matches("META-INF/licenses/" + library + "-[^/]*/(META-INF/)?LICENSE.*")));
    }

    @Test
    void carriesTheLicencesAndNoticesThatItsLibrariesCarry() throws IOException {
        for (Path library : libraries) {
            String folder = "META-INF/licenses/" + name(library) + "-jar/";

            assertThat(names(library).stream()
                            .filter(entry -> entry.matches("(META-INF/)?(LICENSE|NOTICE)[^/]*"))
                            .map(entry -> folder + entry))
                    .as(library.toString())
                    .isSubsetOf(entries);
        }
    }

    @Test
    void listsEveryLibraryInsideWithItsHash() throws IOException {
        assumeTrue(
                entries.contains("META-INF/bom.json"),
                "SKIPPED: the jar was built offline (mvn -o), where no bill of materials is made.");
        Map<String, String> hashes = new HashMap<>();
        JsonNode bill = new ObjectMapper().readTree(text("META-INF/bom.json"));
        assertThat(bill.path("bomFormat").asText()).isEqualTo("CycloneDX");
        for (JsonNode component : bill.path("components")) {
            for (JsonNode hash : component.path("hashes")) {
                if ("SHA-256".equals(hash.path("alg").asText())) {
                    hashes.put(
                            component.path("name").asText() + "-"
                                    + component.path("version").asText(),
                            hash.path("content").asText());
                }
            }
        }

        for (Path library : libraries) {
            assertThat(hashes).containsEntry(name(library), sha256(Files.readAllBytes(library)));
        }
    }

    private static boolean isInside(Path library) throws IOException {
        return names(library).stream()
                .filter(entry -> entry.endsWith(".class") && !entry.startsWith("META-INF/") && !entry.contains("-info"))
                .findFirst()
                .filter(entries::contains)
                .isPresent();
    }

    /** Name and version, as in the file's name. */
    private static String name(Path library) {
        return library.getFileName().toString().replaceFirst("\\.jar$", "");
    }

    private static List<String> names(Path jar) throws IOException {
        try (ZipFile file = new ZipFile(jar.toFile())) {
            return file.stream().map(ZipEntry::getName).toList();
        }
    }

    private static String text(String name) throws IOException {
        try (ZipFile file = new ZipFile(JAR.toFile())) {
            ZipEntry entry = file.getEntry(name);
            assertThat(entry).as(name).isNotNull();
            return new String(file.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JVM has SHA-256", e);
        }
    }
}
