// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import io.tablecast.cli.connect.Pause;
import io.tablecast.cli.connect.WorkerFailure;
import io.tablecast.cli.status.KafkaLog;
import io.tablecast.cli.status.PipelineStatus;
import io.tablecast.cli.status.StatusReader;
import io.tablecast.cli.status.Thresholds;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tablecast status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        header = "Shows how each table does.",
        description = {
            "",
            "Asks the Connect workers for Tablecast's connectors, and the databases that they name: mode, state, lag,"
                    + " rows applied, and of running copies the progress with rate and time left. It changes nothing.",
            "",
            "LAG is for how long changes have been waiting at the source (mode queue), for how long the next run has"
                    + " been due (mode snapshot), or how late the last change was applied (others). With --worker Kafka"
                    + " is asked too, at the file's bootstrap.servers: for how long records have been waiting there that"
                    + " the destination does not have. Without it a sink that stands still is not noticed here.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:shown; with --check: all is well",
            "1:with --check: a warning, such as a table that nothing was sent of, a paused connector, a task without a"
                    + " worker, or a lag",
            "2:wrong usage, or no worker answers; with --check also: a connector or table has failed, or is very late, or"
                    + " there is no connector"
        },
        footer = {
            "",
            "Examples:",
            "  tablecast status --url http://connect:8083 --watch",
            "  tablecast status --check --warning 60 --critical 600 --worker worker.properties",
            "  tablecast status --output json | jq '.tables[] | select(.level != \"ok\")'"
        })
final class StatusCommand implements Callable<Integer> {
    private final KnownConnectors connectors;

    @Spec
    private CommandSpec spec;

    @Mixin
    private PipelineOptions pipeline;

    @Option(names = "--watch", description = "Show it again and again, until Ctrl-C.")
    private boolean isWatched;

    @Option(
            names = "--interval",
            paramLabel = "SECONDS",
            defaultValue = "2",
            description = "With --watch: how often. Default: ${DEFAULT-VALUE}.")
    private int interval;

    @Option(names = "--check", description = "Print one line and exit with 0, 1 or 2, for monitors.")
    private boolean isChecked;

    @Option(
            names = "--warning",
            paramLabel = "SECONDS",
            defaultValue = "300",
            description = "From this lag on a table is late. Default: ${DEFAULT-VALUE}.")
    private double warning;

    @Option(
            names = "--critical",
            paramLabel = "SECONDS",
            defaultValue = "3600",
            description = "From this lag on it is very late. Default: ${DEFAULT-VALUE}.")
    private double critical;

    @Mixin
    private OutputOptions output;

    StatusCommand(KnownConnectors connectors) {
        this.connectors = connectors;
    }

    @Override
    public Integer call() throws UnreadableFileException, IOException {
        if (isWatched && (isChecked || output.isJson())) {
            throw new ParameterException(spec.commandLine(), "--watch goes with neither --check nor --output json.");
        }
        if (interval < 1) {
            throw new ParameterException(spec.commandLine(), "--interval must be 1 or more.");
        }
        refuseThresholds();
        if (isWatched) {
            return watch();
        }
        PipelineStatus status = status();
        PrintWriter out = spec.commandLine().getOut();
        if (output.isJson()) {
            out.println(Json.text(StatusJson.of(status)));
        } else if (isChecked) {
            out.println(StatusText.summary(status));
        } else {
            StatusText.lines(status).forEach(out::println);
        }
        return isChecked ? status.level().exitCode() : CheckCommand.FINE;
    }

    private void refuseThresholds() {
        if (!(warning >= 0)) {
            throw new ParameterException(spec.commandLine(), "--warning must be 0 or more.");
        }
        if (!(critical >= warning)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--critical is " + seconds(critical) + " s and less than --warning, " + seconds(warning)
                            + " s. Say both.");
        }
    }

    private static String seconds(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private PipelineStatus status() throws UnreadableFileException, IOException {
        return new StatusReader(
                        pipeline.read(connectors),
                        new Thresholds(warning, critical),
                        pipeline.workerSettings().map(StatusCommand::kafka))
                .read();
    }

    private static KafkaLog kafka(Map<String, String> worker) {
        return new KafkaLog(worker, Secrets.of(worker, ConsumerConfig.configDef())::hideIn);
    }

    /** Until somebody interrupts it: a worker that is away comes back. */
    private int watch() throws UnreadableFileException, IOException {
        Screen screen = new Screen(spec.commandLine().getOut());
        while (!Thread.currentThread().isInterrupted()) {
            screen.show(picture());
            Pause.of(Duration.ofSeconds(interval));
        }
        return CheckCommand.FINE;
    }

    private List<String> picture() throws UnreadableFileException, IOException {
        try {
            return StatusText.urgentFirst(status());
        } catch (WorkerFailure e) {
            if (Thread.currentThread().isInterrupted()) {
                throw e;
            }
            return List.of(String.valueOf(e.getMessage()));
        }
    }
}
