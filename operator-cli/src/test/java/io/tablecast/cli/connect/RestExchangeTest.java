// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.connect;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a worker that answers what it is told to. */
class RestExchangeTest {

    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Queue<String> asked = new ConcurrentLinkedQueue<>();
    private HttpServer server;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked.add(exchange.getRequestURI().toString());
            Answer answer = answers.remove();
            byte[] body = answer.body.getBytes(UTF_8);
            exchange.sendResponseHeaders(answer.status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    @Test
    void whatIsRefusedForARebalanceIsAskedAgain() {
        answers.addAll(List.of(
                new Answer(409, "{\"message\": \"in progress\"}"),
                new Answer(500, "{\"message\": \"Request cannot be completed because a rebalance is expected\"}"),
                new Answer(200, "{\"name\": \"a\"}")));

        assertThat(exchange().get("/connectors/a").path("name").asText()).isEqualTo("a");
    }

    @Test
    void otherRefusalsAreToldAtOnce() {
        answers.add(new Answer(500, "{\"message\": \"no\"}"));

        assertThatThrownBy(() -> exchange().get("/connectors/a"))
                .isInstanceOf(WorkerFailure.class)
                .hasMessageContaining("GET /connectors/a (500): no");
        assertThat(answers).isEmpty();
    }

    @Test
    void addressesOfWorkersMayHaveAPath() {
        answers.add(new Answer(200, "{}"));

        exchange("gateway/connect/").get("/connectors/a%20b?expand=info");

        assertThat(asked).containsExactly("/gateway/connect/connectors/a%20b?expand=info");
    }

    private RestExchange exchange() {
        return exchange("");
    }

    private RestExchange exchange(String path) {
        return new RestExchange(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/" + path), Optional.empty());
    }

    private record Answer(int status, String body) {}
}
