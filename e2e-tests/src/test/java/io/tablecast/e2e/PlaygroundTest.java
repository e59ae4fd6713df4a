// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/** The playground of {@code docker}, as far as it can be looked at without an engine. */
final class PlaygroundTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path ROOT = Path.of(System.getProperty("tablecast.root"));
    private static final Path FOLDER = ROOT.resolve("docker");
    private static final Pattern PINNED = Pattern.compile("[a-z/-]+:v?\\d+\\.\\d+\\S*");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{env:(\\w+)}");
    private static final Set<String> ROOT_USERS = Set.of("", "root", "0", "0:0");
    /** These end, or nobody waits for them. */
    private static final Set<String> WITHOUT_HEALTH = Set.of("deploy", "workload", "webshop-workload");

    private static JsonNode compose;

    @BeforeAll
    static void read() throws IOException {
        // Jackson's own reader of YAML leaves references to other parts of the file as they are.
        Object file = new Yaml().load(Files.readString(FOLDER.resolve("compose.yaml")));
        compose = JSON.valueToTree(file);
    }

    @Test
    void composeFileIsOfTheSpecification() throws IOException {
        ObjectNode known = compose.deepCopy();
        // Newer than the schema.
        known.remove("name");

        assertThat(schema().validate(known)).isEmpty();
        ((ObjectNode) known.path("services").path("kafka")).put("volume", "misspelt");
        assertThat(schema().validate(known)).isNotEmpty();
    }

    private static JsonSchema schema() throws IOException {
        try (InputStream file = PlaygroundTest.class.getResourceAsStream("compose_spec.json")) {
            JsonNode schema = JSON.readTree(file);
            // The draft's word is $id; nothing in the schema refers to them.
            schema.findParents("id").stream()
                    .filter(parent -> parent.path("id").isTextual())
                    .forEach(parent -> ((ObjectNode) parent).remove("id"));
            return JsonSchemaFactory.getInstance(VersionFlag.V201909).getSchema(schema);
        }
    }

    @Test
    void everyImageIsPinned() {
        services()
                .forEach((name, service) ->
                        assertThat(service.path("image").asText()).as(name).matches(PINNED));
    }

    @Test
    void nobodyIsRoot() {
        services()
                .forEach((name, service) ->
                        assertThat(service.path("user").asText()).as(name).isNotIn(ROOT_USERS));
    }

    @Test
    void whoeverIsWaitedForSaysWhetherItIsWell() throws IOException {
        assertThat(Files.readString(FOLDER.resolve("Dockerfile"))).contains("HEALTHCHECK");
        services().forEach((name, service) -> {
            boolean isOfTheImage = service.has("build");
            if (!isOfTheImage && !WITHOUT_HEALTH.contains(name)) {
                assertThat(service.path("healthcheck").path("test")).as(name).isNotEmpty();
            }
            service.path("depends_on")
                    .fieldNames()
                    .forEachRemaining(other -> assertThat(services()).containsKey(other));
        });
    }

    @Test
    void onlyThisMachineReachesIt() {
        services()
                .forEach((name, service) -> service.path("ports")
                        .forEach(port -> assertThat(port.asText()).as(name).startsWith("127.0.0.1:")));
    }

    @Test
    void everythingThatIsMountedIsThere() {
        List<String> volumes = new ArrayList<>();
        compose.path("volumes").fieldNames().forEachRemaining(volumes::add);
        services()
                .forEach((name, service) -> service.path("volumes").forEach(mount -> {
                    String from = mount.asText().split(":", 2)[0];
                    if (from.startsWith(".")) {
                        assertThat(FOLDER.resolve(from)).as(name).exists();
                    } else {
                        assertThat(volumes).as(name).contains(from);
                    }
                }));
    }

    @Test
    void everythingThatIsCopiedIntoTheImageGetsThere() throws IOException {
        List<String> let = Files.readAllLines(FOLDER.resolve("Dockerfile.dockerignore"));
        List<String> copied = Files.readAllLines(FOLDER.resolve("Dockerfile")).stream()
                .filter(line -> line.startsWith("COPY ") && !line.startsWith("COPY --from"))
                .map(line -> List.of(line.split(" ", -1)))
                .flatMap(words -> words.subList(1, words.size() - 1).stream())
                .toList();

        assertThat(copied)
                .hasSizeGreaterThan(4)
                .allSatisfy(file -> assertThat(let).contains("!" + file))
                .filteredOn(file -> !file.contains("/target/"))
                .allSatisfy(file -> assertThat(ROOT.resolve(file)).exists());
    }

    @Test
    void connectorsThatAreDeployedFindWhatTheyAskFor() {
        Set<String> known = new TreeSet<>();
        services().get("connect").path("environment").fieldNames().forEachRemaining(known::add);
        List<String> names = new ArrayList<>();
        services().get("deploy").path("command").forEach(word -> names.add(word.asText()));

        assertThat(names.subList(3, names.size()))
                .hasSizeGreaterThan(3)
                .allSatisfy(name -> assertThat(PLACEHOLDER
                                .matcher(ShippedConfiguration.readWhole(name + ".json")
                                        .toString())
                                .results()
                                .map(placeholder -> placeholder.group(1)))
                        .isNotEmpty()
                        .isSubsetOf(known));
    }

    private static Map<String, JsonNode> services() {
        return JSON.convertValue(compose.path("services"), new TypeReference<>() {});
    }
}
