// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.testing.WorkerOptions.ExactlyOnceSource;
import io.tablecast.testing.WorkerOptions.Monitoring;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kafka's own file connectors are the plugins here. */
class ConnectWorkerIT {
    private static final Duration TIMEOUT = Duration.ofMinutes(1);
    private static final String FILE_SOURCE = "org.apache.kafka.connect.file.FileStreamSourceConnector";
    private static final String FILE_SINK = "org.apache.kafka.connect.file.FileStreamSinkConnector";

    private static KafkaBroker broker;
    private static ConnectWorker worker;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        broker = KafkaBroker.start();
        WorkerOptions options = WorkerOptions.defaults("testing")
                .withMonitoring(Monitoring.JMX)
                .withEnvironment("TOPIC_OF_ENVIRONMENT", "from-environment");
        worker = ConnectWorker.start(broker, filePlugins(), options);
    }

    @AfterAll
    static void close() {
        worker.close();
        broker.close();
    }

    @Test
    void workerFindsPluginsByTheirManifests() {
        assertThat(worker.rest().plugins())
                .contains(
                        FILE_SOURCE,
                        FILE_SINK,
                        "org.apache.kafka.connect.json.JsonConverter",
                        "org.apache.kafka.connect.transforms.RegexRouter");
    }

    @Test
    void validationNamesTheField() {
        ConfigurationCheck check = worker.rest()
                .validate(Map.of("name", "checked", "connector.class", FILE_SOURCE, "topic", "t", "tasks.max", "many"));

        assertThat(check.isValid()).isFalse();
        assertThat(check.errors("tasks.max")).first().asString().contains("Not a number of type INT");
        assertThat(check.errors("topic")).isEmpty();
    }

    @Test
    void refusedRequestCarriesTheAnswer() {
        assertThatThrownBy(() -> worker.rest().putConnector("refused", Map.of("connector.class", "no.such.Plugin")))
                .isInstanceOf(ConnectRestException.class)
                .hasMessageContaining("/connectors/refused/config was answered by 400")
                .hasMessageContaining("Failed to find any class that implements Connector");
    }

    @Test
    void unknownConnectorHasNoStatus() {
        assertThat(worker.rest().status("unknown")).isEmpty();
    }

    @Test
    void failedTaskEndsTheWaitWithItsTrace() throws IOException {
        Path unwritable = folder.resolve("absent").resolve("out");
        broker.createTopic("unwritable", Map.of());

        worker.rest().putConnector("failing", sink(unwritable, "unwritable"));

        assertThatThrownBy(() -> worker.rest().awaitRunning("failing", TIMEOUT))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Connector failing has failed")
                .hasMessageContaining(unwritable.toString());
        assertThat(worker.rest().awaitFailure("failing", TIMEOUT)).contains("Couldn't find or create file");
        worker.rest().delete("failing");
    }

    @Test
    void connectorSurvivesTheDeathOfItsWorker() throws IOException {
        Path in = Files.writeString(folder.resolve("in"), "one\ntwo\n");
        Path out = folder.resolve("out");
        worker.rest().putConnector("survivor-source", source(in, "survivor"));
        worker.rest().putConnector("survivor-sink", sink(out, "survivor"));
        worker.rest().awaitRunning("survivor-source", TIMEOUT);
        awaitLines(out, "one", "two");

        worker.kill();
        assertThat(worker.rest().isHealthy()).isFalse();
        worker.startAgain();
        worker.rest().awaitRunning("survivor-source", TIMEOUT);
        Files.writeString(in, "three\n", StandardOpenOption.APPEND);

        awaitLastLine(out, "three");
        worker.rest().delete("survivor-source");
        worker.rest().delete("survivor-sink");
    }

    @Test
    void alteredOffsetsAreReadAgain() throws IOException {
        Path in = Files.writeString(folder.resolve("in"), "one\ntwo\n");
        broker.createTopic("offsets", Map.of());
        worker.rest().putConnector("offsets", source(in, "offsets"));
        awaitRecords("offsets", "one", "two");

        worker.rest().stop("offsets", TIMEOUT);
        List<ConnectorOffset> offsets = worker.rest().offsets("offsets");
        Map<String, Object> partition = Map.of("filename", in.toString());
        assertThat(offsets).containsExactly(new ConnectorOffset(partition, Map.of("position", 8)));

        ConnectorOffset second = new ConnectorOffset(partition, Map.of("position", 4));
        assertThat(worker.rest().alterOffsets("offsets", List.of(second))).contains("altered successfully");
        worker.rest().resume("offsets");
        awaitRecords("offsets", "one", "two", "two");

        worker.rest().stop("offsets", TIMEOUT);
        assertThat(worker.rest().deleteOffsets("offsets")).contains("reset successfully");
        assertThat(worker.rest().offsets("offsets")).isEmpty();
        worker.rest().delete("offsets");
    }

    @Test
    void configurationReadsTheEnvironmentOfTheWorker() throws IOException {
        Path in = Files.writeString(folder.resolve("in"), "one\n");
        broker.createTopic("from-environment", Map.of());

        worker.rest().putConnector("environment", source(in, "${env:TOPIC_OF_ENVIRONMENT}"));

        awaitRecords("from-environment", "one");
        worker.rest().pause("environment", TIMEOUT);
        worker.rest().delete("environment");
    }

    @Test
    void metricsOfTheWorkerAreReadable() {
        try (WorkerMetrics metrics = worker.metrics()) {
            var names = metrics.names("kafka.connect:type=connect-worker-metrics");

            assertThat(names).hasSize(1);
            assertThat(metrics.attributes(names.get(0))).contains("connector-count");
            assertThat(metrics.value(names.get(0), "connector-count")).isInstanceOf(Number.class);
        }
    }

    @Test
    void connectorsMoveToAnotherWorkerOfTheGroupWhileOneIsFrozen() throws IOException {
        Path in = Files.writeString(folder.resolve("in"), "one\n");
        broker.createTopic("moving", Map.of());
        WorkerOptions group = WorkerOptions.defaults("pair").withExactlyOnceSource(ExactlyOnceSource.ENABLED);
        try (ConnectWorker first = ConnectWorker.start(broker, filePlugins(), group)) {
            first.rest().putConnector("moving", source(in, "moving"));
            awaitRecords("moving", "one");

            first.freeze();
            try (ConnectWorker second = ConnectWorker.start(broker, filePlugins(), group)) {
                Files.writeString(in, "two\n", StandardOpenOption.APPEND);

                awaitRecords("moving", "one", "two");
                assertThat(second.rest().connectors()).containsExactly("moving");
                first.thaw();
            }
        }
    }

    @Test
    void brokerKeepsItsTopicsWhenItIsKilled() {
        try (KafkaBroker mortal = KafkaBroker.start()) {
            mortal.createTopic("kept", Map.of("retention.ms", "-1"));

            mortal.kill();
            mortal.startAgain();

            assertThat(mortal.topics()).containsExactly("kept");
            assertThat(TopicReader.uncommitted(mortal).read("kept")).isEmpty();
            assertThatThrownBy(() -> TopicReader.committed(mortal).read("absent"))
                    .hasMessage("There is no topic absent");
        }
    }

    private static Plugins filePlugins() {
        return Plugins.none().withFolder(Path.of(System.getProperty("test.plugins")));
    }

    private static Map<String, String> source(Path file, String topic) {
        return Map.of("connector.class", FILE_SOURCE, "tasks.max", "1", "file", file.toString(), "topic", topic);
    }

    private static Map<String, String> sink(Path file, String topic) {
        return Map.of("connector.class", FILE_SINK, "tasks.max", "1", "file", file.toString(), "topics", topic);
    }

    private static void awaitRecords(String topic, String... values) {
        TopicReader reader = TopicReader.committed(broker);
        Conditions.await(
                TIMEOUT,
                () -> topic + " holds " + values(reader.read(topic)),
                () -> values(reader.read(topic)).equals(List.of(values)));
    }

    private static List<String> values(List<TopicRecord> records) {
        return records.stream().map(record -> record.valuePayload().asText()).toList();
    }

    private static void awaitLines(Path file, String... lines) {
        Conditions.await(
                TIMEOUT, () -> file + " holds " + lines(file), () -> lines(file).equals(List.of(lines)));
    }

    private static void awaitLastLine(Path file, String line) {
        Conditions.await(TIMEOUT, () -> file + " holds " + lines(file), () -> {
            List<String> lines = lines(file);
            return !lines.isEmpty() && lines.get(lines.size() - 1).equals(line);
        });
    }

    private static List<String> lines(Path file) {
        try {
            return Files.exists(file) ? Files.readAllLines(file) : List.of();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
