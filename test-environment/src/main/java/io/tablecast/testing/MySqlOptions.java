// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a MySQL or MariaDB server is started.
 *
 * @param settings options of the server without their dashes, on top of those of every server; an empty value stands for
 *     an option without one, such as {@code skip-log-bin}
 */
public record MySqlOptions(MySqlRelease release, Map<String, String> settings) {

    public MySqlOptions {
        settings = Map.copyOf(settings);
    }

    /** The preferred release with a binlog of full rows and full row metadata; on MySQL with GTIDs. */
    public static MySqlOptions defaults() {
        return of(MySqlRelease.preferred());
    }

    /** The same for a release of choice. */
    public static MySqlOptions of(MySqlRelease release) {
        return new MySqlOptions(release, Map.of());
    }

    public MySqlOptions withSetting(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(settings);
        more.put(name, value);
        return new MySqlOptions(release, more);
    }

    /** MySQL without GTIDs; MariaDB always has them. */
    public MySqlOptions withoutGtids() {
        return release.isMariaDb()
                ? this
                : withSetting("gtid-mode", "OFF").withSetting("enforce-gtid-consistency", "OFF");
    }

    /** What every server gets, with the settings given explicitly last. */
    Map<String, String> serverSettings() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("server-id", "1");
        all.put("log-bin", "binlog");
        all.put("binlog-format", "ROW");
        all.put("binlog-row-image", "FULL");
        all.put("binlog-row-metadata", "FULL");
        if (release.isMariaDb()) {
            // Newer ones would make themselves a key at every start, which takes seconds.
            all.put("skip-ssl", "");
        } else {
            all.put("gtid-mode", "ON");
            all.put("enforce-gtid-consistency", "ON");
        }
        all.put(release.redoLogSetting(), release == MySqlRelease.MYSQL ? "32M" : "16M");
        all.put("character-set-server", "utf8mb4");
        all.put("default-time-zone", "+00:00");
        all.put("local-infile", "1");
        all.put("innodb-buffer-pool-size", "64M");
        // A killed server loses nothing, a crash of the operating system may, which is much faster.
        all.put("innodb-flush-log-at-trx-commit", "2");
        all.put("sync-binlog", "0");
        all.putAll(settings);
        return all;
    }
}
