// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a PostgreSQL server is started.
 *
 * @param settings server settings as in postgresql.conf, on top of those of every server
 * @param clock the clock that the server looks at; empty for the machine's
 */
public record PostgresOptions(
        PostgresVersion version,
        PostgresKind kind,
        Durability durability,
        Map<String, String> settings,
        Optional<ServerClock> clock) {

    public PostgresOptions {
        settings = Map.copyOf(settings);
    }

    /** The newest version, run as the machine allows, without fsync. */
    public static PostgresOptions defaults() {
        return new PostgresOptions(
                PostgresVersion.NEWEST, PostgresKind.ANY, Durability.PROCESS_CRASH, Map.of(), Optional.empty());
    }

    public PostgresOptions withVersion(PostgresVersion other) {
        return new PostgresOptions(other, kind, durability, settings, clock);
    }

    public PostgresOptions withKind(PostgresKind other) {
        return new PostgresOptions(version, other, durability, settings, clock);
    }

    public PostgresOptions withDurability(Durability other) {
        return new PostgresOptions(version, kind, other, settings, clock);
    }

    public PostgresOptions withSetting(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(settings);
        more.put(name, value);
        return new PostgresOptions(version, kind, durability, more, clock);
    }

    /** Needs PostgreSQL's own programs as child processes. */
    public PostgresOptions withClock(ServerClock other) {
        return new PostgresOptions(version, PostgresKind.EMBEDDED, durability, settings, Optional.of(other));
    }

    /** What committed data survives. */
    public enum Durability {
        /** A killed server loses nothing, a crash of the operating system may: fsync is off, which is much faster. */
        PROCESS_CRASH,
        /** As in production. */
        MACHINE_CRASH
    }

    /** Settings of the server for this durability, with those given explicitly last. */
    Map<String, String> serverSettings() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("timezone", "UTC");
        // In the data directory instead of /dev/shm: nothing is left behind by a server that was killed.
        all.put("dynamic_shared_memory_type", "mmap");
        all.putAll(version.cheapPasswords());
        if (durability == Durability.PROCESS_CRASH) {
            all.put("fsync", "off");
        }
        all.putAll(settings);
        return all;
    }
}
