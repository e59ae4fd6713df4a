// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.check;

import io.tablecast.sink.config.KeyFaults;
import io.tablecast.sink.config.SinkDefinition;
import io.tablecast.sink.config.SinkKeys;
import io.tablecast.sink.config.ThroughputWarnings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
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
    private static final List<String> FOR_CONNECTING = List.of(
            SinkKeys.CONNECTION_URL,
            SinkKeys.CONNECTION_USER,
            SinkKeys.CONNECTION_PASSWORD,
            SinkKeys.METADATA_SCHEMA,
            SinkKeys.AUTO_CREATE);

    private ConfigValidation() {}

    /** Checks a configuration, also against its database, in less than ten seconds. */
    public static Config validate(Map<String, String> properties) {
        Report report = new Report(SinkDefinition.CONFIG, properties);
        KeyFaults faults = KeyFaults.of(properties);
        faults.errors().forEach(report::error);
        if (!faults.unknown().isEmpty()) {
            LOG.warn("Neither Tablecast nor Connect knows these keys: {}", String.join(", ", faults.unknown()));
        }
        ThroughputWarnings.of(properties).forEach(warning -> LOG.warn("This makes the connector slow: {}", warning));
        if (FOR_CONNECTING.stream().allMatch(report::isRight)) {
            new Contradictions(report, usable(properties, report)).check();
            checkLive(report, properties);
        }
        return report.toConfig();
    }

    private static void checkLive(Report report, Map<String, String> properties) {
        FutureTask<Void> checks =
                new FutureTask<>(() -> new LiveChecks(report, usable(properties, report)).run(), null);
        Thread thread = new Thread(checks, "tablecast-validate");
        thread.setDaemon(true);
        thread.start();
        try {
            checks.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            checks.cancel(true);
            report.error(
                    SinkKeys.CONNECTION_URL,
                    "The checks against the database did not end within " + PATIENCE.toSeconds()
                            + " s. Check the server's load, and that connection.url leads to it.");
        } catch (InterruptedException e) {
            checks.cancel(true);
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.error("The checks against the database failed", e.getCause());
            report.error(
                    SinkKeys.CONNECTION_URL,
                    "The checks against the database failed: " + e.getCause().getMessage());
        }
    }

    /** The configuration without the keys that are wrong: what is right shall be checked all the same. */
    private static Map<String, String> usable(Map<String, String> properties, Report report) {
        Map<String, String> usable = new HashMap<>(properties);
        usable.keySet().removeIf(key -> !report.isRight(key));
        return usable;
    }
}
