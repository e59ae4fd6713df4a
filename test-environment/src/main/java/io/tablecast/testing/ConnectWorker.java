// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import io.tablecast.testing.ChildProcess.Signal;
import io.tablecast.testing.WorkerOptions.Monitoring;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A real distributed Connect worker as a child process that loads plugins from its {@code plugin.path}. Its class path
 * holds nothing but Kafka. It can be killed, frozen and comes back at the same REST address. A worker that is not
 * closed ends with the JVM. Not to be started, stopped or killed from several threads at once.
 */
public final class ConnectWorker implements AutoCloseable {
    private static final String MAIN_CLASS = "org.apache.kafka.connect.cli.ConnectDistributed";
    private static final String LOCALHOST = "127.0.0.1";
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(1);

    private final String bootstrapServers;
    private final Plugins plugins;
    private final WorkerOptions options;
    private final Path folder = Folders.create("connect");
    private final Path log = folder.resolve("worker.log");
    private final int restPort = FreePorts.next();
    private final int jmxPort = FreePorts.next();
    private final ConnectRest rest = new ConnectRest(URI.create("http://" + LOCALHOST + ":" + restPort));
    private ChildProcess process;

    private ConnectWorker(KafkaBroker broker, Plugins plugins, WorkerOptions options) {
        this.bootstrapServers = broker.bootstrapServers();
        this.plugins = plugins;
        this.options = options;
    }

    /** Starts a worker and returns when it has joined its group and serves requests. */
    public static ConnectWorker start(KafkaBroker broker, Plugins plugins, WorkerOptions options) {
        ConnectWorker worker = new ConnectWorker(broker, plugins, options);
        return OpenServices.started(worker, worker::startAgain);
    }

    /** A client of this worker. */
    public ConnectRest rest() {
        return rest;
    }

    /** Where the worker logs to. */
    public Path log() {
        return log;
    }

    /** The number of its process. */
    public long pid() {
        return process.pid();
    }

    /** Starts the killed or stopped worker again at its REST address and waits until it serves requests. */
    public void startAgain() {
        Path configuration = KafkaRuntime.writeProperties(folder.resolve("worker.properties"), settings());
        Optional<ClassArchive> archive = KafkaRuntime.archive(options.release(), options.profile(), MAIN_CLASS);
        List<String> command = KafkaRuntime.command(
                options.release(),
                options.profile(),
                jvmArguments(archive),
                folder,
                List.of(MAIN_CLASS, configuration.toString()));
        process = ChildProcess.start(
                "Connect worker", CommandPrefix.ownUser(Signal.KILL, command), options.environment(), log);
        Conditions.await(START_TIMEOUT, () -> "no answer of the worker." + process.logTail(), () -> {
            process.requireAlive();
            return FreePorts.isListening(restPort) && rest.isHealthy();
        });
        archive.ifPresent(classes -> classes.writeFrom(process, folder));
    }

    /** Ends the worker with SIGKILL. */
    public void kill() {
        process.kill();
    }

    /** Ends the worker in order, as its service manager would. */
    public void stop() {
        process.end(Signal.TERM, STOP_TIMEOUT);
    }

    /** Stops all threads of the worker where they are (SIGSTOP): its group takes it for dead, its connections stay. */
    public void freeze() {
        process.send(Signal.STOP);
    }

    /** Lets a frozen worker go on (SIGCONT), unaware of the time that has passed. */
    public void thaw() {
        process.send(Signal.CONT);
    }

    /** The worker's metrics; the caller closes them. Needs {@link Monitoring#JMX}. */
    public WorkerMetrics metrics() {
        if (options.monitoring() != Monitoring.JMX) {
            throw new IllegalStateException("The worker was started without WorkerOptions.Monitoring.JMX.");
        }
        return WorkerMetrics.at(LOCALHOST, jmxPort);
    }

    /** Ends the worker and deletes its files; its connectors stay in the broker's topics. */
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
        return "Connect worker at " + rest + " (files in " + folder + ")";
    }

    private List<String> jvmArguments(Optional<ClassArchive> archive) {
        List<String> arguments = new ArrayList<>(options.jvmArguments());
        archive.ifPresent(classes -> arguments.addAll(classes.jvmArguments()));
        if (options.monitoring() == Monitoring.JMX) {
            arguments.add("-Dcom.sun.management.jmxremote.port=" + jmxPort);
            arguments.add("-Dcom.sun.management.jmxremote.rmi.port=" + jmxPort);
            arguments.add("-Dcom.sun.management.jmxremote.host=" + LOCALHOST);
            arguments.add("-Djava.rmi.server.hostname=" + LOCALHOST);
            arguments.add("-Dcom.sun.management.jmxremote.authenticate=false");
            arguments.add("-Dcom.sun.management.jmxremote.ssl=false");
        }
        return arguments;
    }

    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("bootstrap.servers", bootstrapServers);
        settings.put("group.id", options.groupId());
        settings.put("listeners", "http://" + LOCALHOST + ":" + restPort);
        settings.put("rest.advertised.host.name", LOCALHOST);
        settings.put("plugin.path", plugins.pluginPath());
        settings.put("plugin.discovery", "service_load");
        settings.put("key.converter", "org.apache.kafka.connect.json.JsonConverter");
        settings.put("value.converter", "org.apache.kafka.connect.json.JsonConverter");
        for (String topic : List.of("config", "offset", "status")) {
            settings.put(topic + ".storage.topic", options.groupId() + "-" + topic + "s");
            settings.put(topic + ".storage.replication.factor", "1");
        }
        settings.put("offset.storage.partitions", "1");
        settings.put("status.storage.partitions", "1");
        settings.put(
                "offset.flush.interval.ms",
                String.valueOf(options.offsetFlushInterval().toMillis()));
        settings.put(
                "exactly.once.source.support",
                options.exactlyOnceSource().name().toLowerCase(Locale.ROOT));
        settings.put("connector.client.config.override.policy", "All");
        settings.put("config.providers", "file,env,dir");
        settings.put("config.providers.file.class", "org.apache.kafka.common.config.provider.FileConfigProvider");
        settings.put("config.providers.env.class", "org.apache.kafka.common.config.provider.EnvVarConfigProvider");
        settings.put("config.providers.dir.class", "org.apache.kafka.common.config.provider.DirectoryConfigProvider");
        // The work of a killed worker, and the partitions of a killed sink task, move on within seconds.
        settings.put("session.timeout.ms", "6000");
        settings.put("heartbeat.interval.ms", "1000");
        settings.put("scheduled.rebalance.max.delay.ms", "0");
        settings.put("consumer.session.timeout.ms", "6000");
        settings.put("consumer.heartbeat.interval.ms", "1000");
        settings.putAll(options.settings());
        return settings;
    }
}
