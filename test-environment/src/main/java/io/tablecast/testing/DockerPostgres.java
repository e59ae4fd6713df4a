// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import com.github.dockerjava.api.DockerClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.testcontainers.containers.ContainerFetchException;
import org.testcontainers.containers.ContainerLaunchException;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** A container of the official image, bound to a fixed port so that it comes back there. */
final class DockerPostgres implements PostgresRuntime {
    private static final int INNER_PORT = 5432;
    private static final Duration STOP_TIMEOUT = Duration.ofMinutes(1);

    private static final Map<String, Boolean> USABLE = new ConcurrentHashMap<>();

    private final String image;
    private final int port;
    private final PostgreSQLContainer container;

    private DockerPostgres(PostgresOptions options) {
        image = image(options);
        port = FreePorts.next();
        container = new PostgreSQLContainer(DockerImageName.parse(image))
                .withDatabaseName(MAINTENANCE_DATABASE)
                .withUsername(SUPERUSER)
                .withPassword(SUPERUSER_PASSWORD);
        container.withEnv("POSTGRES_INITDB_ARGS", "--encoding=UTF8 --locale=C");
        container.withCommand(command(options));
        container.setPortBindings(List.of(port + ":" + INNER_PORT));
    }

    /** Whether an engine runs here and has the image, or can fetch it. Found out once per JVM and image. */
    static boolean isUsable(PostgresOptions options) {
        return USABLE.computeIfAbsent(image(options), DockerPostgres::findOut);
    }

    private static boolean findOut(String image) {
        if (!isEngineExpected()) {
            return false;
        }
        try (PostgreSQLContainer container = new PostgreSQLContainer(DockerImageName.parse(image))) {
            // Asks the engine for the image, and the network if need be.
            container.getDockerImageName();
            return true;
        } catch (ContainerFetchException | ContainerLaunchException | IllegalStateException e) {
            System.out.println("Docker is not used, it gives no " + image + ": " + e.getMessage());
            return false;
        }
    }

    /** Testcontainers reports an error where no engine is installed, so it is asked only where there is a trace of one. */
    private static boolean isEngineExpected() {
        Path home = Path.of(System.getProperty("user.home"));
        Stream<Path> traces = Stream.of(
                home.resolve(".testcontainers.properties"),
                home.resolve(".docker/run/docker.sock"),
                home.resolve(".docker/desktop/docker.sock"),
                Path.of(System.getenv().getOrDefault("XDG_RUNTIME_DIR", "/run"), "docker.sock"),
                Path.of("/var/run/docker.sock"));
        return System.getenv("DOCKER_HOST") != null || traces.anyMatch(Files::exists);
    }

    /** A new server, not started yet. */
    static DockerPostgres create(PostgresOptions options) {
        return new DockerPostgres(options);
    }

    @Override
    public String description() {
        return "PostgreSQL in Docker (image " + image + ")";
    }

    @Override
    public String host() {
        return container.getHost();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public String user() {
        return SUPERUSER;
    }

    @Override
    public String password() {
        return SUPERUSER_PASSWORD;
    }

    @Override
    public void start() {
        if (container.getContainerId() == null) {
            container.start();
            return;
        }
        client().startContainerCmd(container.getContainerId()).exec();
        awaitAnswer(this::requireRunning);
    }

    @Override
    public void stop() {
        // The image names SIGINT, PostgreSQL's fast shutdown, as its stop signal.
        client().stopContainerCmd(container.getContainerId())
                .withTimeout((int) STOP_TIMEOUT.toSeconds())
                .exec();
    }

    @Override
    public void kill() {
        client().killContainerCmd(container.getContainerId()).exec();
        Conditions.await(STOP_TIMEOUT, "the killed container of " + image + " still runs", () -> !isRunning());
    }

    @Override
    public void discard() {
        container.stop();
    }

    private void requireRunning() {
        if (!isRunning()) {
            throw new IllegalStateException(
                    "The container of " + image + " has ended. Its log:\n" + container.getLogs());
        }
    }

    private boolean isRunning() {
        return Boolean.TRUE.equals(client().inspectContainerCmd(container.getContainerId())
                .exec()
                .getState()
                .getRunning());
    }

    private DockerClient client() {
        return container.getDockerClient();
    }

    private static String image(PostgresOptions options) {
        return "postgres:" + options.version().number();
    }

    private static String[] command(PostgresOptions options) {
        List<String> command = new ArrayList<>(List.of("postgres"));
        options.serverSettings().forEach((name, value) -> {
            command.add("-c");
            command.add(name + "=" + value);
        });
        return command.toArray(String[]::new);
    }
}
