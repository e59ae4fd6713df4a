// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigTransformer;
import org.apache.kafka.common.config.provider.ConfigProvider;
import org.apache.kafka.common.utils.Utils;

/**
 * Replaces placeholders such as <code>${env:NAME}</code> by the code by which workers do it. What a worker would pass
 * on literally, because no provider knows it, is a problem here.
 *
 * @see <a href="https://kafka.apache.org/documentation/#config_providers">Kafka's documentation</a>
 */
final class Placeholders implements AutoCloseable {
    private final WorkerProviders declared;
    private final Map<String, ConfigProvider> providers = new LinkedHashMap<>();
    private final Map<String, String> unavailable = new LinkedHashMap<>();
    private final ConfigTransformer transformer = new ConfigTransformer(providers);

    Placeholders(WorkerProviders declared) {
        this.declared = declared;
        declared.declarations().forEach(this::start);
    }

    private void start(ProviderDeclaration declaration) {
        try {
            ConfigProvider provider = Utils.newInstance(declaration.className(), ConfigProvider.class);
            provider.configure(declaration.parameters());
            providers.put(declaration.name(), provider);
        } catch (ClassNotFoundException e) {
            unavailable.put(
                    declaration.name(),
                    "its class " + declaration.className() + " is not on this command's class path");
        } catch (RuntimeException e) {
            unavailable.put(declaration.name(), "it does not start: " + e.getMessage());
        }
    }

    /** The settings with placeholders replaced, and the problems of those that could not be. */
    Resolved resolve(Map<String, String> settings) {
        Map<String, String> resolved = new LinkedHashMap<>();
        List<Problem> problems = new ArrayList<>();
        settings.forEach((key, value) -> resolved.put(key, resolve(key, value, problems)));
        return new Resolved(resolved, problems);
    }

    private String resolve(String key, String value, List<Problem> problems) {
        if (!ConfigTransformer.DEFAULT_PATTERN.matcher(value).find()) {
            return value;
        }
        try {
            addUnknown(key, value, problems);
            return transformer.transform(Map.of(key, value)).data().get(key);
        } catch (ConfigException e) {
            // What stands beside them may be a password.
            String placeholders = ConfigTransformer.DEFAULT_PATTERN
                    .matcher(value)
                    .results()
                    .map(MatchResult::group)
                    .collect(Collectors.joining(", "));
            problems.add(new Problem(key, placeholders + " cannot be resolved: " + e.getMessage() + "."));
            return value;
        }
    }

    /** One at a time, because a replaced value may look like a placeholder itself. */
    private void addUnknown(String key, String value, List<Problem> problems) {
        Matcher placeholder = ConfigTransformer.DEFAULT_PATTERN.matcher(value);
        while (placeholder.find()) {
            String text = placeholder.group();
            String provider = placeholder.group(1);
            if (!providers.containsKey(provider)) {
                problems.add(new Problem(key, noProvider(text, provider)));
            } else if (transformer.transform(Map.of(key, text)).data().get(key).equals(text)) {
                problems.add(new Problem(key, noValue(text, provider, placeholder.group(3), placeholder.group(4))));
            }
        }
    }

    private String noProvider(String text, String provider) {
        if (unavailable.containsKey(provider)) {
            return text + " cannot be resolved here: the config provider \"" + provider + "\" is declared in "
                    + declared.origin() + ", but " + unavailable.get(provider) + ".";
        }
        return text + " cannot be resolved: there is no config provider \"" + provider + "\" (known: "
                + declared.names() + ", from " + declared.origin() + ").";
    }

    private String noValue(String text, String provider, String path, String key) {
        String className = providers.get(provider).getClass().getSimpleName();
        return switch (className) {
            case "EnvVarConfigProvider" ->
                text + " cannot be resolved: the environment variable " + key + " is not set here, or the provider's"
                        + " allowlist.pattern leaves it out. Set it here as for the worker.";
            case "FileConfigProvider" ->
                text + " cannot be resolved: the file " + path + " has no key \"" + key + "\", or lies outside of the"
                        + " provider's allowed.paths.";
            case "DirectoryConfigProvider" ->
                text + " cannot be resolved: the directory " + path + " has no file \"" + key + "\", or lies outside"
                        + " of the provider's allowed.paths.";
            default -> text + " cannot be resolved: the config provider \"" + provider + "\" has no such value.";
        };
    }

    @Override
    public void close() throws IOException {
        for (ConfigProvider provider : providers.values()) {
            provider.close();
        }
    }

    /** Settings as the connector gets them. */
    record Resolved(Map<String, String> settings, List<Problem> problems) {}
}
