// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/** The jars of a real broker and Connect worker, and how their Java processes are started. */
final class KafkaRuntime {
    private KafkaRuntime() {}

    /** The command that runs a main class of Kafka, logging into its standard output. */
    static List<String> command(
            KafkaRelease release,
            JvmProfile profile,
            List<String> jvmArguments,
            Path folder,
            List<String> mainAndArguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(profile.arguments());
        command.add("-D" + release.loggingProperty() + "="
                + loggingConfiguration(release, folder).toUri());
        // Libraries unpack native code there, which a killed process leaves behind.
        command.add("-Djava.io.tmpdir=" + folder);
        command.addAll(jvmArguments);
        command.add("-cp");
        command.add(classPath(release));
        command.addAll(mainAndArguments);
        return command;
    }

    /** The classes of a main class of the release, where starting fast is wanted. */
    static Optional<ClassArchive> archive(KafkaRelease release, JvmProfile profile, String mainClass) {
        return profile == JvmProfile.QUICK_START
                ? Optional.of(ClassArchive.of(classPath(release), mainClass))
                : Optional.empty();
    }

    static Path writeProperties(Path file, Map<String, String> settings) {
        Properties properties = new Properties();
        properties.putAll(settings);
        try (var out = Files.newOutputStream(file)) {
            properties.store(out, null);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }

    /** The class path of broker and worker, as the build of the release's module wrote it. */
    static String classPath(KafkaRelease release) {
        Path file = Settings.value(release.classPathProperty())
                .map(Path::of)
                .orElseThrow(() -> new IllegalStateException("System property " + release.classPathProperty()
                        + " is not set. It names the file kafka-runtime.classpath that the build of module "
                        + release.module() + " writes."));
        try {
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "Cannot read " + file + ". Build module " + release.module() + " with Maven first.", e);
        }
    }

    private static Path loggingConfiguration(KafkaRelease release, Path folder) {
        Path file = folder.resolve(release.loggingFile());
        try (InputStream configuration = KafkaRuntime.class.getResourceAsStream(release.loggingFile())) {
            Files.copy(configuration, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write " + file, e);
        }
    }
}
