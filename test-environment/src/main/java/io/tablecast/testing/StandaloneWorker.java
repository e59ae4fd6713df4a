// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import io.tablecast.testing.ChildProcess.Signal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A real standalone Connect worker as a child process. When it ends it forgets its connectors; the offsets of its sources
 * stay in a file until it is closed. A worker that is not closed ends with the JVM. Not to be started or stopped from
 * several threads at once.
 */
public final class StandaloneWorker implements AutoCloseable {
    private static final String LOCALHOST = "127.0.0.1";
    private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(1);

    private final Map<String, String> settings;
    private final Map<String, String> environment;
    private final Path folder = Folders.create("standalone");
    private final Path log = folder.resolve("worker.log");
    private final int restPort = FreePorts.next();
    private final ConnectRest rest = new ConnectRest(URI.create("http://" + LOCALHOST + ":" + restPort));
    private ChildProcess process;

    private StandaloneWorker(
            KafkaBroker broker, Plugins plugins, Map<String, String> settings, Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
        Map<String, String> here = new HashMap<>(settings);
        here.put("bootstrap.servers", broker.bootstrapServers());
        here.put("listeners", "http://" + LOCALHOST + ":" + restPort);
        here.put("plugin.path", plugins.pluginPath());
        here.put("offset.storage.file.filename", folder.resolve("offsets").toString());
        this.settings = Map.copyOf(here);
    }

    /**
     * Starts a worker and returns when it serves requests.
     *
     * @param settings of the worker's file; addresses and paths are those of this machine instead
     * @param environment variables of the worker's process
     */
    public static StandaloneWorker start(
            KafkaBroker broker, Plugins plugins, Map<String, String> settings, Map<String, String> environment) {
        StandaloneWorker worker = new StandaloneWorker(broker, plugins, settings, environment);
        return OpenServices.started(worker, worker::startAgain);
    }

    /** A client of this worker. */
    public ConnectRest rest() {
        return rest;
    }

    /** Starts the stopped worker again, at its REST address and with its offsets, and waits until it serves requests. */
    public void startAgain() {
        Path configuration = KafkaRuntime.writeProperties(folder.resolve("worker.properties"), settings);
        List<String> command = KafkaRuntime.command(
                KafkaRelease.NEWEST,
                JvmProfile.QUICK_START,
                List.of(),
                folder,
                List.of("org.apache.kafka.connect.cli.ConnectStandalone", configuration.toString()));
        process =
                ChildProcess.start("Standalone worker", CommandPrefix.ownUser(Signal.KILL, command), environment, log);
        Conditions.await(START_TIMEOUT, () -> "no answer of the worker." + process.logTail(), () -> {
            process.requireAlive();
            return FreePorts.isListening(restPort) && rest.isHealthy();
        });
    }

    /** Ends the worker in order, as its service manager would. */
    public void stop() {
        process.end(Signal.TERM, STOP_TIMEOUT);
    }

    /** Ends the worker and deletes its files. */
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
        return "standalone worker at " + rest + " (files in " + folder + ")";
    }
}
