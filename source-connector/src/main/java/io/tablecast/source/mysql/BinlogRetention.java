// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql;

import com.github.shyiko.mysql.binlog.event.EventType;
import io.tablecast.contract.table.TableId;
import io.tablecast.source.metrics.BinlogMetrics;
import io.tablecast.source.mysql.binlog.BinlogEvent;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * For how long the server keeps what tables still need of the binlog, as far as its age decides. A file is purged when its
 * last event is old enough, and no table needs an event that is older than the last one of the stream when the table's
 * offset was sent: so what is told is the least. Used by one thread.
 *
 * @see <a href="https://dev.mysql.com/doc/refman/8.4/en/replication-options-binary-log.html">binlog_expire_logs_seconds</a>
 */
final class BinlogRetention {

    private static final Logger LOG = LoggerFactory.getLogger(BinlogRetention.class);
    private static final Duration SETTINGS_HOLD = Duration.ofMinutes(1);

    private final Function<TableId, BinlogMetrics> metrics;
    private final Clock clock;

    /** When what each table still needs happened. */
    private final Map<TableId, Instant> needed = new HashMap<>();

    private Instant streamTime;
    private Instant lastLook = Instant.EPOCH;
    private Instant timeAtLastLook;
    private Instant settingsRead = Instant.MIN;
    private Optional<Duration> kept = Optional.empty();

    BinlogRetention(Function<TableId, BinlogMetrics> metrics, Clock clock) {
        this.metrics = metrics;
        this.clock = clock;
    }

    /** A table's position was looked for at the server. */
    void looked(TableId table, boolean isGone) {
        metrics.apply(table).purged(isGone);
    }

    /** A stream begins, at a place of which nobody knows yet when it was written. */
    void streamBegins() {
        streamTime = null;
        timeAtLastLook = null;
    }

    /** The stream has brought an event. */
    void received(BinlogEvent event) {
        if (event.header().getEventType() == EventType.HEARTBEAT) {
            reachedEnd();
        } else if (event.header().getTimestamp() > 0) {
            streamTime = Instant.ofEpochMilli(event.header().getTimestamp());
        }
    }

    /** There is nothing more in the binlog now. */
    void reachedEnd() {
        streamTime = clock.instant();
    }

    /** Tells of all tables how it stands; to be called about every second, between transactions. */
    void look(Connection connection, Collection<FollowedTable> tables) {
        Instant now = clock.instant();
        readSettings(connection, now);
        for (FollowedTable table : tables) {
            if (table.isStopped() || streamTime == null) {
                continue;
            }
            Optional<Instant> stale = table.staleSince();
            if (stale.isEmpty() || !needed.containsKey(table.id())) {
                needed.put(table.id(), streamTime);
            } else if (stale.get().isAfter(lastLook) && timeAtLastLook != null) {
                needed.put(table.id(), timeAtLastLook);
            }
            metrics.apply(table.id()).needs(needed.get(table.id()), kept);
        }
        lastLook = now;
        timeAtLastLook = streamTime;
    }

    private void readSettings(Connection connection, Instant now) {
        if (now.isBefore(settingsRead.plus(SETTINGS_HOLD))) {
            return;
        }
        settingsRead = now;
        try {
            kept = kept(connection);
        } catch (SQLException e) {
            // No reason to stop reading: what was known holds on, and a connection that is lost is noticed by copies.
            LOG.debug("Cannot ask for how long the binlog is kept", e);
        }
    }

    /** MySQL's and MariaDB's settings; MariaDB takes both as one, MySQL the days only where seconds are 0. */
    private static Optional<Duration> kept(Connection connection) throws SQLException {
        Map<String, String> settings = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("""
                        SHOW GLOBAL VARIABLES WHERE Variable_name IN
                            ('binlog_expire_logs_seconds', 'binlog_expire_logs_auto_purge', 'expire_logs_days')""")) {
            while (rows.next()) {
                settings.put(rows.getString(1), rows.getString(2));
            }
        }
        if (settings.getOrDefault("binlog_expire_logs_auto_purge", "ON").equals("OFF")) {
            return Optional.empty();
        }
        Duration seconds = Duration.ofSeconds(Long.parseLong(settings.getOrDefault("binlog_expire_logs_seconds", "0")));
        double days = Double.parseDouble(settings.getOrDefault("expire_logs_days", "0"));
        Duration chosen = seconds.isZero()
                ? Duration.ofSeconds(Math.round(days * Duration.ofDays(1).toSeconds()))
                : seconds;
        return chosen.isZero() ? Optional.empty() : Optional.of(chosen);
    }
}
