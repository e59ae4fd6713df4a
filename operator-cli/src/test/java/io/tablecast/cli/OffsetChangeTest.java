// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.tablecast.testing.Conditions;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code tablecast repull} with a worker whose connector never stops. */
class OffsetChangeTest {
    private static final String STATUS =
            "{\"connector\": {\"state\": \"RUNNING\"}, \"tasks\": [{\"id\": 0, \"state\": \"RUNNING\"}]}";
    private static final String INFO =
            "{\"name\": \"erp\", \"type\": \"source\", \"config\": {\"connector.class\": \"io.tablecast.Other\","
                    + " \"topic.prefix\": \"erp\", \"mode\": \"queue\"}}";
    private static final String OFFSETS = "{\"offsets\": [{\"partition\": {\"table\": \"erp/shop.orders\"},"
            + " \"offset\": {\"state\": \"streaming\"}}]}";

    private final Queue<String> changes = new ConcurrentLinkedQueue<>();
    private HttpServer server;
    private int answerOfResume = 202;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String body = "";
        int status = 200;
        if (!exchange.getRequestMethod().equals("GET")) {
            changes.add(exchange.getRequestMethod() + " " + path);
            status = path.endsWith("/resume") ? answerOfResume : 202;
        } else if (path.equals("/connectors")) {
            body = "{\"erp\": {\"info\": " + INFO + ", \"status\": " + STATUS + "}}";
        } else if (path.endsWith("/status")) {
            body = STATUS;
        } else {
            body = path.endsWith("/offsets") ? OFFSETS : INFO;
        }
        exchange.sendResponseHeaders(status, body.isEmpty() ? -1 : body.getBytes(UTF_8).length);
        exchange.getResponseBody().write(body.getBytes(UTF_8));
        exchange.close();
    }

    @Test
    void connectorGoesOnWhenTheCommandIsEndedWhileItStops() throws Exception {
        Process command = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        TablecastCommand.class.getName(),
                        "repull",
                        "shop.orders",
                        "--url",
                        url())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.to(new File("/dev/null")))
                .start();
        try {
            Conditions.await(
                    Duration.ofMinutes(1),
                    () -> "Asked for: " + changes,
                    () -> changes.contains("PUT /connectors/erp/stop"));
            command.destroy();
            assertThat(command.waitFor(1, TimeUnit.MINUTES)).isTrue();
        } finally {
            command.destroyForcibly();
        }

        assertThat(changes).containsExactly("PUT /connectors/erp/stop", "PUT /connectors/erp/resume");
    }

    @Test
    void connectorThatCannotBeResumedIsTold() {
        answerOfResume = 500;

        CommandRun run =
                CommandRun.of(new KnownConnectors(List.of()), "repull", "shop.orders", "--wait", "0", "--url", url());

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .startsWith(
                        "The tasks of erp have not ended within 0 s, and nothing was changed. Try again with a longer"
                                + " --wait. erp may be stopped and was not resumed, so its tables stand still: The Connect worker at ")
                .endsWith(" Resume it: curl -X PUT .../connectors/erp/resume\n");
        assertThat(changes).containsExactly("PUT /connectors/erp/stop", "PUT /connectors/erp/resume");
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }
}
