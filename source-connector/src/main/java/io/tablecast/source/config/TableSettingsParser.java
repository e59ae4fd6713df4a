// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import static io.tablecast.source.config.SourceKeys.*;

import io.tablecast.contract.record.Operation;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.AbstractConfig;

/** Makes a table's settings from parsed values. */
final class TableSettingsParser {

    private static final Duration SNAPSHOT_INTERVAL = Duration.ofHours(1);
    private static final Duration INCREMENTAL_INTERVAL = Duration.ofSeconds(1);
    private static final Duration QUEUE_INTERVAL = Duration.ofMillis(100);

    private TableSettingsParser() {}

    static TableSettings parse(AbstractConfig config) {
        Optional<Duration> interval =
                Optional.ofNullable(config.getLong(POLL_INTERVAL_MS)).map(Duration::ofMillis);
        Mode mode = Spelling.parse(Mode.class, config.getString(MODE));
        // A queue's interval is no interval for the snapshots that a table without a key falls back to.
        Duration betweenRuns = switch (mode) {
            case SNAPSHOT -> interval.orElse(SNAPSHOT_INTERVAL);
            case INCREMENTAL -> interval.orElse(INCREMENTAL_INTERVAL);
            case QUEUE -> SNAPSHOT_INTERVAL;
        };
        return new TableSettings(
                mode,
                config.getList(COLUMNS),
                config.getString(CONDITION).strip(),
                config.getString(TOPIC),
                config.getList(KEY_COLUMNS),
                Spelling.parse(NoKeyPolicy.class, config.getString(NO_KEY_POLICY)),
                Spelling.parse(OnTableError.class, config.getString(ON_TABLE_ERROR)),
                skipped(config),
                Spelling.parse(SnapshotMode.class, config.getString(SNAPSHOT_MODE)),
                config.getBoolean(SNAPSHOT_SKIP_UNCHANGED),
                Spelling.parse(SnapshotFormat.class, config.getString(SNAPSHOT_FORMAT)),
                runTimes(config.getString(SCHEDULE), betweenRuns),
                interval.orElse(QUEUE_INTERVAL),
                config.getInt(BATCH_MAX_ROWS),
                config.getBoolean(QUEUE_OLD_ROWS),
                incremental(config));
    }

    private static IncrementalSettings incremental(AbstractConfig config) {
        Long boundary = config.getLong(BOUNDARY);
        return new IncrementalSettings(
                config.getString(CONTROL_COLUMN),
                ZoneId.of(config.getString(CONTROL_TIMEZONE)),
                boundary == null ? IncrementalSettings.UNSET : boundary,
                config.getString(START_VALUE),
                DstPause.parse(config.getString(DST_PAUSE)),
                Duration.ofMillis(config.getLong(LATE_ROWS_CHECK_INTERVAL_MS)));
    }

    private static Set<Operation> skipped(AbstractConfig config) {
        return config.getList(SKIP_OPERATIONS).stream()
                .map(code -> Operation.ofCode(code).orElseThrow())
                .collect(Collectors.toSet());
    }

    private static RunTimes runTimes(String schedule, Duration interval) {
        return schedule.isEmpty() ? new RunTimes.Every(interval) : new RunTimes.At(schedule);
    }
}
