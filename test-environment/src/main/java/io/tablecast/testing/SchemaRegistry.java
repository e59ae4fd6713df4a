// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.testing.ChildProcess.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A real schema registry, Apicurio's, as a child process on a free port of this machine, its schemas in memory. A
 * registry that is not closed ends with the JVM.
 */
public final class SchemaRegistry implements AutoCloseable {
    private static final String LOCALHOST = "127.0.0.1";
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path folder = Folders.create("registry");
    private final Path log = folder.resolve("registry.log");
    private final int port = FreePorts.next();
    private ChildProcess process;

    private SchemaRegistry() {}

    /** Starts a registry and returns when it answers requests. */
    public static SchemaRegistry start() {
        SchemaRegistry registry = new SchemaRegistry();
        return OpenServices.started(registry, registry::launch);
    }

    /** Its own API, which Apicurio's converters talk to. */
    public URI api() {
        return URI.create("http://" + LOCALHOST + ":" + port + "/apis/registry/v2");
    }

    /** The API that Confluent's registry has. */
    public URI confluentApi() {
        return URI.create("http://" + LOCALHOST + ":" + port + "/apis/ccompat/v7");
    }

    /** What Confluent calls subjects: the topics with {@code -key} and {@code -value}, where schemas are named so. */
    public List<String> subjects() {
        return Stream.of(JSON.convertValue(request("/subjects"), String[].class))
                .sorted()
                .toList();
    }

    /** The versions of a subject, the oldest first. */
    public List<Integer> versions(String subject) {
        return List.of(JSON.convertValue(request("/subjects/" + encoded(subject) + "/versions"), Integer[].class));
    }

    /** A version of a subject's Avro schema. */
    public JsonNode schema(String subject, int version) {
        String path = "/subjects/" + encoded(subject) + "/versions/" + version;
        return parsed(request(path).get("schema").asText());
    }

    /** The Avro schema of the number that stands in a record. */
    public JsonNode schema(int id) {
        return parsed(request("/schemas/ids/" + id).get("schema").asText());
    }

    /** Registers an Avro schema, if it is a new one, and returns the number that stands in records. */
    public int register(String subject, JsonNode schema) {
        String body = JSON.createObjectNode().put("schema", schema.toString()).toString();
        return send(HttpRequest.newBuilder(at("/subjects/" + encoded(subject) + "/versions"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body)))
                .get("id")
                .asInt();
    }

    /** From now on new versions of any subject must be compatible: {@code BACKWARD}, {@code FULL}, {@code NONE}, ... */
    public void requireCompatibility(String level) {
        String body = JSON.createObjectNode().put("compatibility", level).toString();
        var unused = send(HttpRequest.newBuilder(at("/config"))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(body)));
    }

    /** Ends the registry; its schemas are gone. */
    @Override
    public void close() {
        OpenServices.remove(this);
        if (process != null) {
            process.kill();
        }
        Folders.delete(folder);
    }

    @Override
    public String toString() {
        return "schema registry at " + confluentApi() + " (log " + log + ")";
    }

    private void launch() {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + folder,
                "-Dquarkus.http.host=" + LOCALHOST,
                "-Dquarkus.http.port=" + port,
                "-jar",
                runner().toString());
        process = ChildProcess.start("Schema registry", CommandPrefix.ownUser(Signal.KILL, command), Map.of(), log);
        Conditions.await(START_TIMEOUT, () -> "no answer of the schema registry." + process.logTail(), () -> {
            process.requireAlive();
            return FreePorts.isListening(port);
        });
        var unused = request("/subjects");
    }

    private static Path runner() {
        Path program = Peers.folder("apicurio-registry");
        try (Stream<Path> files = Files.list(program)) {
            return files.filter(file -> file.toString().endsWith("-runner.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("There is no runner jar in " + program));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot list " + program, e);
        }
    }

    private JsonNode request(String path) {
        return send(HttpRequest.newBuilder(at(path)).GET());
    }

    private JsonNode send(HttpRequest.Builder builder) {
        HttpRequest request = builder.timeout(REQUEST_TIMEOUT).build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() != 200) {
                throw new IllegalStateException(request + ": status " + response.statusCode() + ", " + response.body());
            }
            return parsed(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException("No answer to " + request + process.logTail(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + request, e);
        }
    }

    private URI at(String path) {
        return URI.create(confluentApi() + path);
    }

    private static String encoded(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static JsonNode parsed(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException("Not JSON: " + json, e);
        }
    }
}
