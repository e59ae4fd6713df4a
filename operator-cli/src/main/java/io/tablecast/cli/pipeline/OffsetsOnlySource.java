// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.pipeline;

import io.tablecast.cli.connect.Deployed;
import io.tablecast.contract.record.TopicNames;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.config.SnapshotMode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** A source whose database is not asked: only tables that have sent something are known. */
public record OffsetsOnlySource(Deployed connector) implements PipelineSource {

    @Override
    public List<CapturedTable> tables(Map<TableId, Map<String, Object>> offsets) {
        return new TreeMap<>(offsets)
                .entrySet().stream()
                        .map(entry -> table(entry.getKey(), entry.getValue()))
                        .toList();
    }

    @Override
    public Map<TableId, Double> waiting(Map<TableId, Instant> applied) {
        return Map.of();
    }

    private CapturedTable table(TableId table, Map<String, Object> offset) {
        Map<String, String> settings = connector.settings();
        String topic = TopicNames.ofTable(settings.getOrDefault("topic.prefix", ""), table);
        return new CapturedTable(
                table,
                String.valueOf(offset.getOrDefault("mode", settings.getOrDefault("mode", ""))),
                settings.getOrDefault("table." + table + ".topic", topic),
                snapshotMode(table),
                setting(table, "mode", "").equals("incremental") ? setting(table, "start.value", "") : "",
                OptionalLong.empty(),
                offset,
                Optional.empty(),
                "");
    }

    private SnapshotMode snapshotMode(TableId table) {
        return setting(table, "snapshot.mode", "initial").equals("no_data")
                ? SnapshotMode.NO_DATA
                : SnapshotMode.INITIAL;
    }

    private String setting(TableId table, String name, String otherwise) {
        Map<String, String> settings = connector.settings();
        return settings.getOrDefault("table." + table + "." + name, settings.getOrDefault(name, otherwise))
                .strip();
    }
}
