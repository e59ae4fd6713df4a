// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.connect;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;

/** Single requests to a worker. One that is refused because the group is rebalancing is repeated for a minute. */
final class RestExchange {
    private static final Duration ANSWER = Duration.ofSeconds(100);
    private static final Duration REBALANCE = Duration.ofMinutes(1);
    private static final int REBALANCING = 409;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI worker;
    private final Optional<String> authorization;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    RestExchange(URI worker, Optional<WorkerLogin> login) {
        this.worker = worker;
        this.authorization = login.map(RestExchange::basic);
    }

    private static String basic(WorkerLogin login) {
        byte[] bytes = (login.user() + ":" + login.password()).getBytes(StandardCharsets.UTF_8);
        return "Basic " + Base64.getEncoder().encodeToString(bytes);
    }

    JsonNode get(String path) {
        return exchange("GET", path, BodyPublishers.noBody());
    }

    JsonNode send(String method, String path, JsonNode body) {
        return exchange(method, path, BodyPublishers.ofString(body.toString()));
    }

    void put(String path) {
        exchange("PUT", path, BodyPublishers.noBody());
    }

    private JsonNode exchange(String method, String path, BodyPublisher body) {
        long begun = System.nanoTime();
        HttpResponse<String> answer = once(method, path, body);
        while (isRebalancing(answer) && System.nanoTime() - begun < REBALANCE.toNanos()) {
            Pause.of(Duration.ofMillis(300));
            answer = once(method, path, body);
        }
        if (answer.statusCode() >= 400) {
            throw refused(method, path, answer);
        }
        return json(path, answer.body());
    }

    /** A worker that has not heard of the rebalance yet, but expects one, says so with status 500. */
    private static boolean isRebalancing(HttpResponse<String> answer) {
        return answer.statusCode() == REBALANCING
                || (answer.statusCode() == 500 && message(answer.body()).contains("rebalance is expected"));
    }

    private HttpResponse<String> once(String method, String path, BodyPublisher body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(at(path))
                .method(method, body)
                .header("Content-Type", "application/json")
                .timeout(ANSWER);
        authorization.ifPresent(value -> request.header("Authorization", value));
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            String reason = e.getMessage() == null ? "it does not answer" : e.getMessage();
            throw new WorkerFailure(
                    0,
                    "No answer from the Connect worker at " + worker + ": " + reason
                            + ". Name the worker with --url, or by the variable TABLECAST_CONNECT_URL.",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new WorkerFailure(0, "Interrupted while waiting for the Connect worker at " + worker + ".", e);
        }
    }

    /** Below the worker's address, which may have a path of its own. */
    private URI at(String path) {
        return worker.resolve(path.substring(1));
    }

    private WorkerFailure refused(String method, String path, HttpResponse<String> answer) {
        String hint = switch (answer.statusCode()) {
            case 401, 403 -> " Say --connect-user, and its password in TABLECAST_CONNECT_PASSWORD.";
            case REBALANCING -> " Its group has been rebalancing for a minute; try again.";
            default -> "";
        };
        return new WorkerFailure(
                answer.statusCode(),
                "The Connect worker at " + worker + " refuses " + method + " " + path + " (" + answer.statusCode()
                        + "): " + message(answer.body()) + hint);
    }

    private static String message(String body) {
        try {
            return JSON.readTree(body).path("message").asText(body);
        } catch (JsonProcessingException notFromConnect) {
            return body;
        }
    }

    private JsonNode json(String path, String body) {
        try {
            return JSON.readTree(body);
        } catch (JsonProcessingException e) {
            throw new WorkerFailure(0, "What answers at " + at(path) + " is no Connect worker: it sends no JSON.", e);
        }
    }
}
