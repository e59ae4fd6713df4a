// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.connect;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A group of Connect workers, spoken to through one of them. Every method may throw {@link WorkerFailure}.
 *
 * @see <a href="https://kafka.apache.org/documentation/#connect_rest">Kafka's documentation</a>
 */
public final class ConnectWorkers {
    private static final int NOT_FOUND = 404;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final RestExchange rest;

    public ConnectWorkers(URI worker, Optional<WorkerLogin> login) {
        this.rest = new RestExchange(worker, login);
    }

    /** All connectors, in order of their names. */
    public List<Deployed> connectors() {
        List<Deployed> connectors = new ArrayList<>();
        rest.get("/connectors?expand=info&expand=status").properties().stream()
                .sorted(Map.Entry.comparingByKey())
                .filter(entry ->
                        entry.getValue().has("info") && entry.getValue().has("status"))
                .forEach(entry -> connectors.add(
                        deployed(entry.getValue().get("info"), entry.getValue().get("status"))));
        return connectors;
    }

    /** A connector; empty when there is none of this name. */
    public Optional<Deployed> connector(String name) {
        try {
            return Optional.of(deployed(rest.get(path(name)), rest.get(path(name) + "/status")));
        } catch (WorkerFailure e) {
            if (e.status() == NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    static Deployed deployed(JsonNode info, JsonNode status) {
        Map<Integer, Deployed.Task> tasks = new TreeMap<>();
        // A task that has not begun yet has no state.
        for (JsonNode task : info.path("tasks")) {
            int id = task.path("task").asInt();
            tasks.put(id, new Deployed.Task(id, "UNASSIGNED", ""));
        }
        for (JsonNode task : status.path("tasks")) {
            int id = task.path("id").asInt();
            tasks.put(
                    id,
                    new Deployed.Task(
                            id, task.path("state").asText(), task.path("trace").asText("")));
        }
        JsonNode connector = status.path("connector");
        return new Deployed(
                info.path("name").asText(),
                info.path("type").asText().equals("sink") ? Deployed.Kind.SINK : Deployed.Kind.SOURCE,
                JSON.convertValue(info.path("config"), new TypeReference<Map<String, String>>() {}),
                connector.path("state").asText(),
                connector.path("trace").asText(""),
                List.copyOf(tasks.values()));
    }

    /** What the workers say is wrong with a configuration, by key. It must hold {@code connector.class}. */
    public Map<String, List<String>> faults(Map<String, String> settings) {
        JsonNode answer = rest.send(
                "PUT",
                "/connector-plugins/" + encoded(settings.getOrDefault("connector.class", "")) + "/config/validate",
                JSON.valueToTree(settings));
        Map<String, List<String>> faults = new LinkedHashMap<>();
        for (JsonNode config : answer.path("configs")) {
            List<String> errors = new ArrayList<>();
            config.path("value").path("errors").forEach(error -> errors.add(error.asText()));
            if (!errors.isEmpty()) {
                faults.put(config.path("value").path("name").asText(), errors);
            }
        }
        return faults;
    }

    /** Creates a connector, or gives it another configuration. */
    public void deploy(String name, Map<String, String> settings) {
        rest.send("PUT", path(name) + "/config", JSON.valueToTree(settings));
    }

    /** Stops a connector; its configuration and offsets stay. */
    public void stop(String name) {
        rest.put(path(name) + "/stop");
    }

    /** Lets a paused or stopped connector go on. */
    public void resume(String name) {
        rest.put(path(name) + "/resume");
    }

    /** The offsets of a source connector. */
    public List<StoredOffset> offsets(String name) {
        List<StoredOffset> offsets = new ArrayList<>();
        for (JsonNode entry : rest.get(path(name) + "/offsets").path("offsets")) {
            // A deleted offset is forgotten before its partition is.
            if (!entry.path("offset").isNull()) {
                offsets.add(new StoredOffset(map(entry.path("partition")), Optional.of(map(entry.path("offset")))));
            }
        }
        return offsets;
    }

    /** Changes offsets of a stopped connector, after it has checked them. */
    public void alterOffsets(String name, List<StoredOffset> offsets) {
        ObjectNode body = JSON.createObjectNode();
        ArrayNode list = body.putArray("offsets");
        for (StoredOffset offset : offsets) {
            ObjectNode entry = list.addObject();
            entry.set("partition", JSON.valueToTree(offset.partition()));
            entry.set("offset", JSON.valueToTree(offset.offset().orElse(null)));
        }
        rest.send("PATCH", path(name) + "/offsets", body);
    }

    /**
     * Waits until a connector is as wanted.
     *
     * @return the last that was seen of it, wanted or not; empty when the workers do not know it
     */
    public Optional<Deployed> await(String name, Duration patience, Predicate<Deployed> wanted) {
        long begun = System.nanoTime();
        while (true) {
            Optional<Deployed> seen = connector(name);
            if (seen.filter(wanted).isPresent() || System.nanoTime() - begun >= patience.toNanos()) {
                return seen;
            }
            Pause.of(Duration.ofMillis(300));
        }
    }

    private static Map<String, Object> map(JsonNode object) {
        return JSON.convertValue(object, new TypeReference<LinkedHashMap<String, Object>>() {});
    }

    private static String path(String name) {
        return "/connectors/" + encoded(name);
    }

    private static String encoded(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
