// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A client of a Connect worker's REST interface. A refused request throws {@link ConnectRestException} with the
 * worker's answer; only that a group is rebalancing (409, or 500 before it begins) is repeated for a while.
 *
 * @see <a href="https://kafka.apache.org/documentation/#connect_rest">Kafka's documentation</a>
 */
public final class ConnectRest {
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(100);
    private static final Duration REBALANCE_TIMEOUT = Duration.ofMinutes(1);
    private static final int REBALANCING = 409;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI worker;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    /** A client of the worker at an address such as {@code http://127.0.0.1:8083}. */
    public ConnectRest(URI worker) {
        this.worker = worker;
    }

    /** Whether the worker has joined its group and serves requests. */
    public boolean isHealthy() {
        try {
            return send("GET", "/health", BodyPublishers.noBody()).statusCode() == 200;
        } catch (UncheckedIOException notYet) {
            return false;
        }
    }

    /** Creates a connector, or gives it a new configuration. */
    public void putConnector(String name, Map<String, String> configuration) {
        request("PUT", connector(name) + "/config", JSON.valueToTree(configuration));
    }

    /** Names of all connectors. */
    public List<String> connectors() {
        return JSON.convertValue(request("GET", "/connectors"), new TypeReference<>() {});
    }

    public Map<String, String> configuration(String name) {
        return JSON.convertValue(request("GET", connector(name) + "/config"), new TypeReference<>() {});
    }

    /** The state of a connector; empty until the worker has heard of it. */
    public Optional<ConnectorStatus> status(String name) {
        try {
            return Optional.of(ConnectorStatus.of(request("GET", connector(name) + "/status")));
        } catch (ConnectRestException e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /**
     * Waits until a connector and at least one task run, and all tasks it has.
     *
     * @throws IllegalStateException at once if the connector or a task has failed, with its trace
     */
    public void awaitRunning(String name, Duration timeout) {
        awaitStatus(name, timeout, "RUNNING", status -> {
            status.failure().ifPresent(trace -> {
                throw new IllegalStateException("Connector " + name + " has failed: " + trace);
            });
            return status.isRunning();
        });
    }

    /** Waits until a connector or one of its tasks has failed, and returns the trace. */
    public String awaitFailure(String name, Duration timeout) {
        return awaitStatus(name, timeout, "FAILED", status -> status.failure().isPresent())
                .failure()
                .orElseThrow();
    }

    /** Stops a connector, keeping its configuration and offsets, and waits until none of its tasks runs. */
    public void stop(String name, Duration timeout) {
        request("PUT", connector(name) + "/stop");
        awaitStatus(name, timeout, "STOPPED without tasks", ConnectorStatus::isStopped);
    }

    public void pause(String name, Duration timeout) {
        request("PUT", connector(name) + "/pause");
        awaitStatus(name, timeout, "PAUSED", ConnectorStatus::isPaused);
    }

    /** Resumes a paused or stopped connector; {@link #awaitRunning} tells when it runs. */
    public void resume(String name) {
        request("PUT", connector(name) + "/resume");
    }

    /** Restarts a connector and all its tasks. */
    public void restart(String name) {
        request("POST", connector(name) + "/restart?includeTasks=true&onlyFailed=false");
    }

    /** Deletes a connector; its offsets stay. */
    public void delete(String name) {
        request("DELETE", connector(name));
    }

    public List<ConnectorOffset> offsets(String name) {
        ArrayNode offsets = JSON.createArrayNode();
        for (JsonNode entry : request("GET", connector(name) + "/offsets").path("offsets")) {
            // The worker forgets a deleted offset before the partition it was for.
            if (!entry.path("offset").isNull()) {
                offsets.add(entry);
            }
        }
        return JSON.convertValue(offsets, new TypeReference<>() {});
    }

    /** Alters offsets of a stopped connector and returns the worker's message. */
    public String alterOffsets(String name, List<ConnectorOffset> offsets) {
        ObjectNode body = JSON.createObjectNode();
        ArrayNode list = body.putArray("offsets");
        for (ConnectorOffset offset : offsets) {
            ObjectNode entry = list.addObject().set("partition", JSON.valueToTree(offset.partition()));
            entry.set("offset", offset.offset().isEmpty() ? NullNode.getInstance() : JSON.valueToTree(offset.offset()));
        }
        return request("PATCH", connector(name) + "/offsets", body)
                .path("message")
                .asText();
    }

    /** Deletes all offsets of a stopped connector and returns the worker's message. */
    public String deleteOffsets(String name) {
        return request("DELETE", connector(name) + "/offsets").path("message").asText();
    }

    /** Class names of the plugins the worker has found, converters and transforms included. */
    public List<String> plugins() {
        return request("GET", "/connector-plugins?connectorsOnly=false").findValuesAsText("class");
    }

    /** The versions in which the worker has found a plugin; none that it does not know. */
    public Set<String> versions(String plugin) {
        return StreamSupport.stream(
                        request("GET", "/connector-plugins?connectorsOnly=false")
                                .spliterator(),
                        false)
                .filter(found -> plugin.equals(found.path("class").asText()))
                .map(found -> found.path("version").asText())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Has a plugin check a configuration, which must hold {@code connector.class} and {@code name}. */
    public ConfigurationCheck validate(Map<String, String> configuration) {
        return ConfigurationCheck.of(validated(configuration));
    }

    /** The same, as the worker answers it. */
    public String validateAsText(Map<String, String> configuration) {
        return validated(configuration).toString();
    }

    /** The keys of a plugin whose values are secret. */
    public List<String> secretKeys(String plugin) {
        return StreamSupport.stream(
                        request("GET", "/connector-plugins/" + encoded(plugin) + "/config")
                                .spliterator(),
                        false)
                .filter(key -> key.path("type").asText().equals("PASSWORD"))
                .map(key -> key.path("name").asText())
                .toList();
    }

    /** What the worker answers to a GET, as it stands. */
    public String text(String path) {
        return request("GET", path).toString();
    }

    /** Has the worker log what a package does at a level such as {@code TRACE}. */
    public void logAt(String level, String logger) {
        request(
                "PUT",
                "/admin/loggers/" + encoded(logger),
                JSON.createObjectNode().put("level", level));
    }

    @Override
    public String toString() {
        return worker.toString();
    }

    private ConnectorStatus awaitStatus(
            String name, Duration timeout, String wanted, Predicate<ConnectorStatus> condition) {
        AtomicReference<Optional<ConnectorStatus>> last = new AtomicReference<>(Optional.empty());
        Conditions.await(timeout, () -> name + " is not " + wanted + ", last status: " + describe(last.get()), () -> {
            last.set(status(name));
            return last.get().filter(condition).isPresent();
        });
        return last.get().orElseThrow();
    }

    private static String describe(Optional<ConnectorStatus> status) {
        return status.map(ConnectorStatus::toString).orElse("none, the worker does not know it");
    }

    private JsonNode validated(Map<String, String> configuration) {
        String plugin = configuration.get("connector.class");
        return request(
                "PUT", "/connector-plugins/" + encoded(plugin) + "/config/validate", JSON.valueToTree(configuration));
    }

    private JsonNode request(String method, String path) {
        return exchange(method, path, BodyPublishers.noBody());
    }

    private JsonNode request(String method, String path, JsonNode body) {
        return exchange(method, path, BodyPublishers.ofString(body.toString()));
    }

    private JsonNode exchange(String method, String path, BodyPublisher body) {
        AtomicReference<HttpResponse<String>> answer = new AtomicReference<>();
        Conditions.await(REBALANCE_TIMEOUT, () -> refusal(method, path, answer.get()), () -> {
            answer.set(send(method, path, body));
            return answer.get().statusCode() != REBALANCING
                    && !answer.get().body().contains("rebalance is expected");
        });
        int status = answer.get().statusCode();
        if (status >= 400) {
            throw new ConnectRestException(status, refusal(method, path, answer.get()));
        }
        return json(answer.get().body());
    }

    private HttpResponse<String> send(String method, String path, BodyPublisher body) {
        HttpRequest request = HttpRequest.newBuilder(worker.resolve(path))
                .method(method, body)
                .header("Content-Type", "application/json")
                .timeout(REQUEST_TIMEOUT)
                .build();
        try {
            return http.send(request, BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException("No answer to " + method + " " + worker.resolve(path), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + worker.resolve(path), e);
        }
    }

    private String refusal(String method, String path, HttpResponse<String> answer) {
        return method + " " + worker.resolve(path) + " was answered by " + answer.statusCode() + ": " + answer.body();
    }

    private static JsonNode json(String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("Not JSON: " + body, e);
        }
    }

    private static String connector(String name) {
        return "/connectors/" + encoded(name);
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
