// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.metrics;

import java.util.LinkedHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.metrics.Measurable;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.connector.ConnectorContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a connector tells about its list of tables. Thread-safe. */
public final class ConnectorMetrics {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectorMetrics.class);

    private final AtomicLong captured = new AtomicLong();
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    /** Registers with the worker, if it is one that has metrics of plugins (Kafka 4.1 and newer). */
    public static ConnectorMetrics create(ConnectorContext context) {
        ConnectorMetrics created = new ConnectorMetrics();
        try {
            PluginMetrics metrics = context.pluginMetrics();
            if (metrics != null) {
                created.register(metrics);
            }
        } catch (NoSuchMethodError | NoClassDefFoundError olderWorker) {
            LOG.debug("This worker has no metrics of plugins");
        } catch (IllegalArgumentException takenByTheConnectorBefore) {
            LOG.warn("The connector's metrics are not shown, because those of its predecessor still are");
        }
        return created;
    }

    /** So many tables are captured, and so many that match are not, because of their topics. */
    public void list(long tables, long refusedTables) {
        captured.set(tables);
        refused.set(refusedTables);
    }

    /** So many more tables have disappeared. */
    public void dropped(long tables) {
        dropped.addAndGet(tables);
    }

    private void register(PluginMetrics metrics) {
        add(metrics, "tables", "Tables that are captured", captured);
        add(metrics, "tables-dropped", "Tables that disappeared at the source since the connector started", dropped);
        add(metrics, "tables-refused", "Tables that match and are left out because of their topics", refused);
    }

    private static void add(PluginMetrics metrics, String name, String description, AtomicLong figure) {
        Measurable measurable = (config, now) -> figure.get();
        metrics.addMetric(metrics.metricName(name, description, new LinkedHashMap<>()), measurable);
    }
}
