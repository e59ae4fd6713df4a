// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import io.tablecast.testing.ChildProcess.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.Uuid;

/**
 * Makes the storage of a new broker. Kafka's own tool decides on the feature levels; because it takes more than a
 * second, what it writes about them is kept and used again, each time with a new cluster id.
 */
final class KafkaStorage {
    static final String NODE_ID = "1";

    /** The feature levels a cluster starts with. */
    private static final String BOOTSTRAP = "bootstrap.checkpoint";

    private static final Duration FORMAT_TIMEOUT = Duration.ofMinutes(1);

    private KafkaStorage() {}

    static void format(Path data) {
        Path bootstrap = bootstrap();
        try {
            Files.createDirectories(data);
            Files.copy(bootstrap, data.resolve(BOOTSTRAP));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot prepare the broker's data in " + data, e);
        }
        KafkaRuntime.writeProperties(
                data.resolve("meta.properties"),
                Map.of(
                        "version",
                        "1",
                        "cluster.id",
                        Uuid.randomUuid().toString(),
                        "node.id",
                        NODE_ID,
                        "directory.id",
                        Uuid.randomUuid().toString()));
    }

    private static synchronized Path bootstrap() {
        String runtime = UUID.nameUUIDFromBytes(
                        KafkaRuntime.classPath(KafkaRelease.NEWEST).getBytes(StandardCharsets.UTF_8))
                .toString();
        Path kept = Folders.cache().resolve("kafka-" + runtime + "-" + BOOTSTRAP);
        if (!Files.exists(kept)) {
            keep(formatWithTool().resolve(BOOTSTRAP), kept);
        }
        return kept;
    }

    private static Path formatWithTool() {
        Path folder = Folders.create("kafka-format");
        Path data = folder.resolve("data");
        String controller = "127.0.0.1:" + FreePorts.next();
        Path configuration = KafkaRuntime.writeProperties(
                folder.resolve("format.properties"),
                Map.of(
                        "process.roles",
                        "controller",
                        "node.id",
                        NODE_ID,
                        "controller.quorum.voters",
                        NODE_ID + "@" + controller,
                        "listeners",
                        "CONTROLLER://" + controller,
                        "controller.listener.names",
                        "CONTROLLER",
                        "log.dirs",
                        data.toString()));
        List<String> command = KafkaRuntime.command(
                KafkaRelease.NEWEST,
                JvmProfile.QUICK_START,
                List.of(),
                folder,
                List.of(
                        "kafka.tools.StorageTool",
                        "format",
                        "--cluster-id",
                        Uuid.randomUuid().toString(),
                        "--config",
                        configuration.toString()));
        ChildProcess.run(
                "Kafka's storage tool",
                CommandPrefix.ownUser(Signal.KILL, command),
                folder.resolve("format.log"),
                FORMAT_TIMEOUT);
        return data;
    }

    private static void keep(Path made, Path kept) {
        try {
            Files.move(made, kept, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot keep " + made + " as " + kept, e);
        }
    }
}
