// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.snapshot;

import static java.util.Objects.requireNonNull;

import io.tablecast.contract.offset.OffsetCodec;
import io.tablecast.contract.offset.SourceIdentity;
import io.tablecast.contract.offset.TableOffset;
import io.tablecast.source.config.RunTimes;
import io.tablecast.source.config.SnapshotMode;
import java.time.Instant;
import java.util.Map;

/**
 * When a table is due, and what is known about its last run.
 *
 * @param provenAt when the table was last found copied or unchanged
 * @param offsetTime the time that the newest offset names, sent or stored; it lags behind {@code provenAt}
 * @param fingerprint of the last copy; empty when the next run must copy
 * @param snapshotId of the last copy; empty when there was none
 */
public record NextRun(Instant due, Instant provenAt, Instant offsetTime, String fingerprint, String snapshotId) {

    public NextRun {
        requireNonNull(due, "due is null");
        requireNonNull(provenAt, "provenAt is null");
        requireNonNull(offsetTime, "offsetTime is null");
        requireNonNull(fingerprint, "fingerprint is null");
        requireNonNull(snapshotId, "snapshotId is null");
    }

    /** Whether the stored offset tells nothing and no first copy is wanted: the table only waits for its time. */
    static boolean beginsWithoutData(SnapshotTable table) {
        return beginsWithoutData(table.storedOffset(), table.settings().snapshotMode());
    }

    /** The same of what is stored for a table, and its setting. */
    public static boolean beginsWithoutData(Map<String, Object> storedOffset, SnapshotMode snapshotMode) {
        return storedOffset.isEmpty() && snapshotMode == SnapshotMode.NO_DATA;
    }

    /**
     * Reads the stored offset.
     *
     * @param source the server that answers now
     * @throws io.tablecast.contract.offset.InvalidOffset when it cannot be read
     */
    static NextRun of(SnapshotTable table, SourceIdentity source, Instant now) {
        return of(
                table.storedOffset(),
                table.settings().snapshotMode(),
                table.settings().runTimes(),
                source,
                now);
    }

    /** The same of what is stored for a table, and its settings. */
    public static NextRun of(
            Map<String, Object> storedOffset,
            SnapshotMode snapshotMode,
            RunTimes runTimes,
            SourceIdentity source,
            Instant now) {
        if (beginsWithoutData(storedOffset, snapshotMode)) {
            return new NextRun(runTimes.nextAfter(now), now, now, "", "");
        }
        if (storedOffset.isEmpty()) {
            return atOnce(now);
        }
        TableOffset offset = OffsetCodec.decode(storedOffset);
        if (!offset.source().equals(source) || OffsetCodec.asksToRun(storedOffset)) {
            return atOnce(now);
        }
        return offset.match(new TableOffset.Cases<>() {
            @Override
            public NextRun copying(TableOffset.Copying begun) {
                return atOnce(now);
            }

            @Override
            public NextRun copied(TableOffset.Copied copied) {
                return new NextRun(
                        runTimes.nextAfter(copied.checked()),
                        copied.checked(),
                        copied.checked(),
                        copied.fingerprint(),
                        copied.snapshotId());
            }

            @Override
            public NextRun window(TableOffset.Window otherMode) {
                return atOnce(now);
            }

            @Override
            public NextRun following(TableOffset.Following otherMode) {
                return atOnce(now);
            }
        });
    }

    private static NextRun atOnce(Instant now) {
        return new NextRun(now, now, now, "", "");
    }
}
