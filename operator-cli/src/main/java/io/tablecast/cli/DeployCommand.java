// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.cli.connect.ConnectWorkers;
import io.tablecast.cli.connect.Deployed;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code tablecast deploy}. */
@Command(
        name = "deploy",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = "Creates connectors, or gives them another configuration, and waits until they run.",
        description = {
            "",
            "The workers check all files first; if one has a problem, none is deployed. Placeholders such as"
                    + " $${env:NAME} are sent as they are, and resolved by the workers.",
            "",
            "A running connector whose configuration changes is stopped before and resumed afterwards, so that its tasks"
                    + " are those of the new one. If deploy is killed in between, it stays stopped. One that was stopped or"
                    + " paused before stays so, whoever did it, and that is no error: resume it by"
                    + " PUT /connectors/NAME/resume.",
            "",
            "A connector's name is the file's \"name\", else the file's own name without its ending.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:all connectors run, or stay stopped or paused as they were, which is told",
            "1:a configuration has a problem, and nothing was deployed, or a connector does not run",
            "2:wrong usage, a file cannot be read, or no worker answers"
        },
        footer = {"", "Examples:", "  tablecast deploy --url http://connect:8083 erp-source.json erp-sink.json"})
final class DeployCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private ConnectOptions connect;

    @Parameters(
            arity = "1..*",
            paramLabel = "CONFIG",
            description = "Connector configurations, JSON or properties files.")
    private List<Path> files;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long to wait until the connectors run. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Override
    public Integer call() throws UnreadableFileException {
        Map<String, Map<String, String>> wanted = read();
        ConnectWorkers workers = connect.workers();
        if (tellFaults(workers, wanted)) {
            return CheckCommand.PROBLEMS;
        }
        PrintWriter out = spec.commandLine().getOut();
        Set<String> resting = new HashSet<>();
        wanted.forEach((name, settings) -> {
            Optional<Deployed> before = workers.connector(name);
            deploy(workers, name, settings, before);
            out.println(name + ": " + done(before, settings));
            before.filter(connector -> !connector.isOn()).ifPresent(connector -> resting.add(name));
        });
        int exitCode = CheckCommand.FINE;
        for (String name : wanted.keySet()) {
            Predicate<Deployed> rests = connector -> resting.contains(name) && !connector.isOn();
            exitCode = Math.max(exitCode, await(workers, name, rests));
        }
        return exitCode;
    }

    private Map<String, Map<String, String>> read() throws UnreadableFileException {
        Map<String, Map<String, String>> wanted = new LinkedHashMap<>();
        for (Path path : files) {
            ConnectorFile file = ConnectorFileReader.read(path);
            if (!file.problems().isEmpty()) {
                Problem problem = file.problems().get(0);
                throw new UnreadableFileException(path + ": " + problem.field() + ": " + problem.message());
            }
            String name = file.connectorName();
            Map<String, String> settings = new LinkedHashMap<>(file.settings());
            settings.put(ConnectKeys.NAME, name);
            if (wanted.put(name, settings) != null) {
                throw new ParameterException(
                        spec.commandLine(),
                        "Two files are of a connector \"" + name + "\". Give one another \"name\".");
            }
        }
        return wanted;
    }

    /** Whether there were any. */
    private boolean tellFaults(ConnectWorkers workers, Map<String, Map<String, String>> wanted) {
        boolean isAny = false;
        for (Map.Entry<String, Map<String, String>> connector : wanted.entrySet()) {
            Map<String, List<String>> faults = workers.faults(connector.getValue());
            if (faults.isEmpty()) {
                continue;
            }
            isAny = true;
            PrintWriter err = spec.commandLine().getErr();
            err.println(connector.getKey() + ": not deployed");
            faults.forEach((field, messages) -> {
                err.println("  " + field);
                messages.forEach(message -> err.println("    " + message));
            });
        }
        return isAny;
    }

    /**
     * A task's state does not tell which configuration it has, and the old ones' is shown for some moments. So there are
     * none when a connector gets another configuration.
     */
    private void deploy(ConnectWorkers workers, String name, Map<String, String> settings, Optional<Deployed> before) {
        Optional<Deployed> running = before.filter(
                connector -> connector.isOn() && !connector.settings().equals(settings));
        if (running.isEmpty()) {
            workers.deploy(name, settings);
            return;
        }
        Standstill.during(workers, running.get(), Duration.ofSeconds(seconds), () -> {
            workers.deploy(name, settings);
            return name;
        });
    }

    private static String done(Optional<Deployed> before, Map<String, String> settings) {
        if (before.isEmpty()) {
            return "created";
        }
        return before.get().settings().equals(settings) ? "unchanged" : "changed";
    }

    private int await(ConnectWorkers workers, String name, Predicate<Deployed> rests) {
        Optional<Deployed> seen = workers.await(
                name,
                Duration.ofSeconds(seconds),
                connector -> connector.isRunning() || connector.failure().isPresent() || rests.test(connector));
        if (seen.filter(Deployed::isRunning).isPresent()) {
            spec.commandLine().getOut().println(name + ": " + seen.get().description());
            return CheckCommand.FINE;
        }
        if (seen.filter(rests).isPresent()) {
            spec.commandLine()
                    .getOut()
                    .println(name + ": " + seen.get().description()
                            + ", and stays so until it is resumed: curl -X PUT .../connectors/" + name + "/resume");
            return CheckCommand.FINE;
        }
        String reason = seen.flatMap(Deployed::failure)
                .map(text -> "has failed: " + text)
                .orElse("does not run after " + seconds + " s; 'tablecast status' tells more");
        spec.commandLine().getErr().println(name + ": " + reason);
        return CheckCommand.PROBLEMS;
    }
}
