// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.pipeline;

import io.tablecast.cli.connect.Deployed;
import io.tablecast.contract.table.TableId;
import io.tablecast.sink.config.SinkSettings;
import io.tablecast.sink.metadata.MetadataSchema;
import io.tablecast.sink.postgres.Connections;
import io.tablecast.sink.structure.Names;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;

/** A sink connector and its database. */
public final class PipelineSink {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Deployed connector;
    private final SinkSettings settings;
    private final Connections connections;

    /** @param resolved the connector's settings without placeholders */
    public PipelineSink(Deployed connector, Map<String, String> resolved) {
        this.connector = connector;
        this.settings = SinkSettings.parse(resolved);
        this.connections = new Connections(settings.connection());
    }

    public Deployed connector() {
        return connector;
    }

    public SinkSettings settings() {
        return settings;
    }

    public Connections connections() {
        return connections;
    }

    public MetadataSchema metadata() {
        return new MetadataSchema(settings.metadataSchema());
    }

    /** A connection for short questions; the caller closes it. */
    public Connection open() throws SQLException {
        return connections.open(PATIENCE);
    }

    /** Whether it reads a topic, by its {@code topics} or {@code topics.regex}. */
    public boolean takes(String topic) {
        return new TopicSelection(connector).includes(topic);
    }

    /** Where it writes the rows of a source table. */
    public TableId destination(CapturedTable table) {
        return Names.fit(settings.naming().destination(table.topic(), table.id()));
    }
}
