// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import io.tablecast.testing.ChildProcess.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;

/**
 * A real Kafka broker (with its own KRaft controller) as a child process on free ports of this machine. It can be
 * killed and comes back with its data on the same port. A broker that is not closed ends with the JVM. Not to be
 * started, stopped or killed from several threads at once.
 */
public final class KafkaBroker implements AutoCloseable {
    private static final String MAIN_CLASS = "kafka.Kafka";
    private static final String LOCALHOST = "127.0.0.1";
    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(30);

    private final BrokerOptions options;
    private final Path folder = Folders.create("kafka");
    private final Path log = folder.resolve("broker.log");
    private final int port = FreePorts.next();
    private final int controllerPort = FreePorts.next();
    private ChildProcess process;

    private KafkaBroker(BrokerOptions options) {
        this.options = options;
    }

    /** The broker of this JVM for tests that need nothing but topics of their own. It is never closed by hand. */
    public static KafkaBroker shared() {
        return Shared.BROKER;
    }

    /** Starts a broker with {@link BrokerOptions#defaults()}. */
    public static KafkaBroker start() {
        return start(BrokerOptions.defaults());
    }

    /** Starts a broker and returns when it answers requests. */
    public static KafkaBroker start(BrokerOptions options) {
        KafkaBroker broker = new KafkaBroker(options);
        return OpenServices.started(broker, () -> {
            KafkaStorage.format(broker.data());
            broker.startAgain();
        });
    }

    /** Value of {@code bootstrap.servers}. */
    public String bootstrapServers() {
        return LOCALHOST + ":" + port;
    }

    /** Where the broker logs to. */
    public Path log() {
        return log;
    }

    /** The number of its process. */
    public long pid() {
        return process.pid();
    }

    /** Starts the killed or stopped broker on its data and port again and waits until it answers. */
    public void startAgain() {
        Path configuration = KafkaRuntime.writeProperties(folder.resolve("server.properties"), settings());
        Optional<ClassArchive> archive = KafkaRuntime.archive(KafkaRelease.NEWEST, options.profile(), MAIN_CLASS);
        List<String> command = KafkaRuntime.command(
                KafkaRelease.NEWEST,
                options.profile(),
                archive.map(ClassArchive::jvmArguments).orElse(List.of()),
                folder,
                List.of(MAIN_CLASS, configuration.toString()));
        process = ChildProcess.start("Kafka broker", CommandPrefix.ownUser(Signal.KILL, command), Map.of(), log);
        Conditions.await(START_TIMEOUT, () -> "no answer of the broker." + process.logTail(), this::listens);
        try (Admin admin = admin()) {
            Conditions.await(START_TIMEOUT, () -> "the broker is not in service." + process.logTail(), () -> {
                process.requireAlive();
                return !answer(admin.describeCluster().nodes()).isEmpty();
            });
        }
        archive.ifPresent(classes -> classes.writeFrom(process, folder));
    }

    /** Ends the broker with SIGKILL. */
    public void kill() {
        process.kill();
    }

    /** Ends the broker in order. */
    public void stop() {
        process.end(Signal.TERM, STOP_TIMEOUT);
    }

    /** A new admin client; the caller closes it. */
    public Admin admin() {
        return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()));
    }

    /** Creates a topic with one partition and the given settings. */
    public void createTopic(String name, Map<String, String> settings) {
        NewTopic topic = new NewTopic(name, Optional.of(1), Optional.empty()).configs(settings);
        try (Admin admin = admin()) {
            answer(admin.createTopics(List.of(topic)).all());
        }
    }

    /** Names of all topics but Kafka's internal ones, sorted. */
    public List<String> topics() {
        try (Admin admin = admin()) {
            return answer(admin.listTopics().names()).stream().sorted().toList();
        }
    }

    /** Deletes a topic with its records. */
    public void deleteTopic(String name) {
        try (Admin admin = admin()) {
            answer(admin.deleteTopics(List.of(name)).all());
        }
    }

    /** Ends the broker and deletes its data. */
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
        return "Kafka broker at " + bootstrapServers() + " (files in " + folder + ")";
    }

    private Path data() {
        return folder.resolve("data");
    }

    private boolean listens() {
        process.requireAlive();
        return FreePorts.isListening(port);
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("process.roles", "broker,controller");
        settings.put("node.id", KafkaStorage.NODE_ID);
        settings.put("controller.quorum.voters", KafkaStorage.NODE_ID + "@" + LOCALHOST + ":" + controllerPort);
        settings.put(
                "listeners", "PLAINTEXT://" + bootstrapServers() + ",CONTROLLER://" + LOCALHOST + ":" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://" + bootstrapServers());
        settings.put("controller.listener.names", "CONTROLLER");
        settings.put("log.dirs", data().toString());
        settings.put("num.partitions", "1");
        // Internal topics and transactions with a single broker.
        settings.put("offsets.topic.replication.factor", "1");
        settings.put("offsets.topic.num.partitions", "1");
        settings.put("transaction.state.log.replication.factor", "1");
        settings.put("transaction.state.log.min.isr", "1");
        settings.put("transaction.state.log.num.partitions", "1");
        settings.put("share.coordinator.state.topic.replication.factor", "1");
        settings.put("share.coordinator.state.topic.min.isr", "1");
        // A broker that was killed may not register again before its old session has ended.
        settings.put("broker.session.timeout.ms", "4000");
        settings.put("broker.heartbeat.interval.ms", "500");
        // Groups form, and forget killed members, within seconds.
        settings.put("group.initial.rebalance.delay.ms", "0");
        settings.put("group.min.session.timeout.ms", "1000");
        // The default takes 128 MiB of a small heap.
        settings.put("log.cleaner.dedupe.buffer.size", "4194304");
        settings.putAll(options.settings());
        return settings;
    }

    private static <T> T answer(KafkaFuture<T> future) {
        try {
            return future.get(REQUEST_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "The broker refuses: " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("No answer of the broker within " + REQUEST_TIMEOUT.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for the broker", e);
        }
    }

    private static final class Shared {
        private static final KafkaBroker BROKER = KafkaBroker.start();
    }
}
