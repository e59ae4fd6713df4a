// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.provider.DirectoryConfigProvider;
import org.apache.kafka.common.config.provider.EnvVarConfigProvider;
import org.apache.kafka.common.config.provider.FileConfigProvider;

/**
 * The config providers of a worker.
 *
 * @param origin where they are declared, for messages
 */
record WorkerProviders(String origin, List<ProviderDeclaration> declarations) {
    private static final String PROVIDERS = "config.providers";

    WorkerProviders {
        declarations = List.copyOf(declarations);
    }

    /** Those that ship with Kafka under the names that its documentation gives them: env, file and dir. */
    static WorkerProviders usual() {
        return new WorkerProviders(
                "the usual providers; --worker names a worker's properties file with others",
                List.of(
                        new ProviderDeclaration("env", EnvVarConfigProvider.class.getName(), Map.of()),
                        new ProviderDeclaration("file", FileConfigProvider.class.getName(), Map.of()),
                        new ProviderDeclaration("dir", DirectoryConfigProvider.class.getName(), Map.of())));
    }

    /** Those that a worker's properties file declares. */
    static WorkerProviders declaredIn(Path worker) throws UnreadableFileException {
        Map<String, String> settings = PropertiesFile.read(worker);
        List<ProviderDeclaration> declarations = Arrays.stream(
                        settings.getOrDefault(PROVIDERS, "").split(","))
                .map(String::strip)
                .filter(name -> !name.isEmpty())
                .map(name -> declaration(name, settings))
                .toList();
        for (ProviderDeclaration declaration : declarations) {
            if (declaration.className().isEmpty()) {
                throw new UnreadableFileException(worker + " declares the config provider \"" + declaration.name()
                        + "\" without a class. Add " + PROVIDERS + "." + declaration.name() + ".class.");
            }
        }
        return new WorkerProviders(worker.toString(), declarations);
    }

    private static ProviderDeclaration declaration(String name, Map<String, String> settings) {
        String prefix = PROVIDERS + "." + name + ".";
        String parameters = prefix + "param.";
        return new ProviderDeclaration(
                name,
                settings.getOrDefault(prefix + "class", "").strip(),
                settings.entrySet().stream()
                        .filter(setting -> setting.getKey().startsWith(parameters))
                        .collect(Collectors.toMap(
                                setting -> setting.getKey().substring(parameters.length()), Map.Entry::getValue)));
    }

    String names() {
        if (declarations.isEmpty()) {
            return "none";
        }
        return declarations.stream().map(ProviderDeclaration::name).collect(Collectors.joining(", "));
    }
}
