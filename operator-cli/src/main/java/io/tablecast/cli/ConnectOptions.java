// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.cli.connect.ConnectWorkers;
import io.tablecast.cli.connect.WorkerLogin;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the Connect workers are, and how their placeholders are resolved. */
final class ConnectOptions {
    private static final String DEFAULT_URL = "http://localhost:8083";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = {
                "The REST address of a Connect worker.",
                "Default: the environment variable TABLECAST_CONNECT_URL, else " + DEFAULT_URL + "."
            })
    private String url;

    @Option(
            names = "--connect-user",
            paramLabel = "USER",
            description = {
                "Where the worker asks for a user (HTTP basic authentication).",
                "The password is read from the environment variable TABLECAST_CONNECT_PASSWORD."
            })
    private String user;

    @Option(
            names = "--worker",
            paramLabel = "FILE",
            description = {
                "The worker's properties file. Its config.providers say which placeholders there are.",
                "Without it: env, file and dir, as Kafka ships them."
            })
    private Path worker;

    ConnectWorkers workers() {
        Optional<WorkerLogin> login = Optional.ofNullable(user)
                .map(name -> new WorkerLogin(name, System.getenv().getOrDefault("TABLECAST_CONNECT_PASSWORD", "")));
        return new ConnectWorkers(address(), login);
    }

    private URI address() {
        String text = url == null ? System.getenv().getOrDefault("TABLECAST_CONNECT_URL", DEFAULT_URL) : url;
        if (!text.startsWith("http://") && !text.startsWith("https://")) {
            throw wrong(text);
        }
        // Wherever it stands: with a slash in the password, host and path are parts of that.
        if (text.contains("@")) {
            throw new ParameterException(
                    spec.commandLine(),
                    "The address of the Connect worker holds a user, or an @. Leave it out, say --connect-user, and set"
                            + " TABLECAST_CONNECT_PASSWORD. Write %40 for an @ of a path.");
        }
        try {
            URI address = URI.create(text.endsWith("/") ? text : text + "/");
            if (address.getHost() == null) {
                throw wrong(text, text.contains("_") ? " (host names may not hold an underscore)" : "");
            }
            return address;
        } catch (IllegalArgumentException e) {
            throw wrong(text);
        }
    }

    private ParameterException wrong(String text) {
        return wrong(text, "");
    }

    private ParameterException wrong(String text, String reason) {
        CommandLine command = spec.commandLine();
        return new ParameterException(
                command,
                "\"" + withoutUser(text) + "\" is not the address of a Connect worker, such as " + DEFAULT_URL + reason
                        + ".");
    }

    /** Whatever may be a password is left out: it may hold every character, and a slip may stand before it. */
    private static String withoutUser(String text) {
        int end = text.lastIndexOf('@');
        if (end < 0) {
            return text;
        }
        int scheme = text.indexOf("://");
        String shown = scheme < 0 || scheme > end ? "" : text.substring(0, scheme) + "://";
        return shown + "[hidden]" + text.substring(end);
    }

    /** What the worker's properties file says, if one is named. */
    Optional<Map<String, String>> workerSettings() throws UnreadableFileException {
        return worker == null ? Optional.empty() : Optional.of(PropertiesFile.read(worker));
    }

    /** What resolves placeholders; the caller closes it. */
    Placeholders placeholders() throws UnreadableFileException {
        return new Placeholders(worker == null ? WorkerProviders.usual() : WorkerProviders.declaredIn(worker));
    }
}
