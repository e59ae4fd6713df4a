// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.check;

import io.tablecast.source.config.ConfigReport;
import io.tablecast.source.config.SourceKeys;
import io.tablecast.source.config.SourceSettings;
import io.tablecast.source.config.ThroughputWarnings;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.config.Config;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code validate} of the connector: every fault at once, each on the key to correct; never an exception. */
public final class ConfigValidation {

    private static final Logger LOG = LoggerFactory.getLogger(ConfigValidation.class);
    private static final Duration PATIENCE = Duration.ofSeconds(9);

    private ConfigValidation() {}

    /** Checks a configuration, also against its database, in less than ten seconds. */
    public static Config validate(Map<String, String> properties) {
        ConfigReport report = ConfigReport.of(properties);
        if (!report.strangers().isEmpty()) {
            LOG.warn("Neither Tablecast nor Connect knows these keys: {}", String.join(", ", report.strangers()));
        }
        ThroughputWarnings.of(properties).forEach(warning -> LOG.warn("This makes the connector slow: {}", warning));
        boolean canConnect = !report.isWrong(SourceKeys.CONNECTION_URL)
                && !report.isWrong(SourceKeys.CONNECTION_USER)
                && !report.isWrong(SourceKeys.CONNECTION_PASSWORD);
        if (canConnect) {
            checkLive(report);
        }
        return report.toConfig();
    }

    private static void checkLive(ConfigReport report) {
        FutureTask<Void> checks = new FutureTask<>(
                () -> {
                    SourceSettings settings = report.usable();
                    new LiveChecks(report, settings).run();
                },
                null);
        Thread thread = new Thread(checks, "tablecast-validate");
        thread.setDaemon(true);
        thread.start();
        try {
            checks.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            checks.cancel(true);
            report.error(
                    SourceKeys.CONNECTION_URL,
                    "The checks against the database did not end within " + PATIENCE.toSeconds()
                            + " s. Check the server's load, and that connection.url leads to it.");
        } catch (InterruptedException e) {
            checks.cancel(true);
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.error("The checks against the database failed", e.getCause());
            report.error(
                    SourceKeys.CONNECTION_URL,
                    "The checks against the database failed: " + e.getCause().getMessage());
        }
    }
}
