// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tablecast.testing.ChildProcess.Signal;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A real Prometheus server, where the program is installed (Debian's package {@code prometheus} brings it). */
public final class Prometheus implements AutoCloseable {
    private static final String LOCALHOST = "127.0.0.1";
    private static final String PROGRAM = "prometheus";
    private static final Duration START_TIMEOUT = Duration.ofMinutes(1);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Path folder = Folders.create(PROGRAM);
    private final Path log = folder.resolve("prometheus.log");
    private final int port = FreePorts.next();
    private ChildProcess process;

    private Prometheus() {}

    /** Whether the program is there. */
    public static boolean isInstalled() {
        return program().isPresent();
    }

    private static Optional<Path> program() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .map(directory -> Path.of(directory, PROGRAM))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Starts a server with a configuration file, whose rule files lie beside it, and returns when it answers.
     *
     * @param configuration its text
     * @param rules texts of the rule files, by their names
     */
    public static Prometheus start(String configuration, Map<String, String> rules) {
        Prometheus server = new Prometheus();
        return OpenServices.started(server, () -> server.launch(configuration, rules));
    }

    private void launch(String configuration, Map<String, String> rules) {
        Path file = folder.resolve("prometheus.yml");
        try {
            Files.writeString(file, configuration);
            for (Map.Entry<String, String> rule : rules.entrySet()) {
                Files.writeString(folder.resolve(rule.getKey()), rule.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write into " + folder, e);
        }
        List<String> command = List.of(
                program()
                        .orElseThrow(() -> new IllegalStateException("There is no program " + PROGRAM + "."))
                        .toString(),
                "--config.file=" + file,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=" + LOCALHOST + ":" + port);
        process = ChildProcess.start("Prometheus", CommandPrefix.ownUser(Signal.KILL, command), Map.of(), log);
        Conditions.await(START_TIMEOUT, () -> "no answer of Prometheus." + process.logTail(), () -> {
            process.requireAlive();
            return FreePorts.isListening(port) && send("/-/ready").statusCode() == 200;
        });
    }

    /** The result of a query at this moment: its series, each with {@code metric} and {@code value}. */
    public List<JsonNode> query(String expression) {
        JsonNode result = request("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
        return result.path("result").findParents("metric");
    }

    /** All rules with their health and state. */
    public List<JsonNode> rules() {
        return request("/api/v1/rules").findParents("health");
    }

    /** The names of all metrics that were ever read. */
    public List<String> metrics() {
        return Arrays.asList(JSON.convertValue(request("/api/v1/label/__name__/values"), String[].class));
    }

    private JsonNode request(String path) {
        HttpResponse<String> response = send(path);
        try {
            JsonNode answer = JSON.readTree(response.body());
            if (!answer.path("status").asText().equals("success")) {
                throw new IllegalStateException("Prometheus refuses " + path + ": " + response.body());
            }
            return answer.path("data");
        } catch (IOException e) {
            throw new UncheckedIOException("Not JSON: " + response.body(), e);
        }
    }

    private HttpResponse<String> send(String path) {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + LOCALHOST + ":" + port + path))
                .timeout(Duration.ofSeconds(30))
                .build();
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException("No answer to " + request + process.logTail(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + request, e);
        }
    }

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
        return "Prometheus at http://" + LOCALHOST + ":" + port + " (log " + log + ")";
    }
}
