// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.status;

import io.tablecast.contract.table.TableId;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * How one table does, on one way from a source to a sink.
 *
 * @param table its name at the source; at the destination where no source sends it
 * @param source the source connector's name
 * @param sink the sink connector's name, empty when no sink takes it
 * @param mode empty when it is not known
 * @param lagSeconds for how long changes wait, or how late the last one was applied; empty when that is not known
 * @param rows changes and copied rows that were applied
 * @param remark what is wrong, empty when nothing is
 */
public record TableStatus(
        TableId table,
        String source,
        Optional<String> sink,
        Optional<TableId> destination,
        String mode,
        State state,
        OptionalDouble lagSeconds,
        OptionalLong rows,
        Optional<CopyProgress> copy,
        Content content,
        String remark,
        Level level) {

    /** Whether the destination has all rows. */
    public enum Content {
        /** As far as is known. */
        WHOLE,
        /** Only a copy brings the others. */
        LACKS_ROWS
    }

    /** What becomes of a table. */
    public enum State {
        /** Nothing of it has been sent or applied yet. */
        WAITING(Level.WARNING),
        /** All its rows are being copied. */
        COPYING(Level.OK),
        /** It follows its source. */
        FOLLOWING(Level.OK),
        /** Somebody has paused one of its connectors. */
        PAUSED(Level.WARNING),
        /** Somebody has stopped one of its connectors. */
        STOPPED(Level.WARNING),
        /** No worker has one of its connectors, or a task of it, or there is no task. */
        UNASSIGNED(Level.WARNING),
        /** No sink takes its topic. */
        NO_SINK(Level.OK),
        /** It lacks rows of its source until it is copied again. */
        INCOMPLETE(Level.CRITICAL),
        /** Nothing is written to it until it is tried anew. */
        QUARANTINED(Level.CRITICAL),
        /** One of its connectors, or a task, has failed. */
        FAILED(Level.CRITICAL);

        private final Level level;

        State(Level level) {
            this.level = level;
        }

        public Level level() {
            return level;
        }

        /** In words. */
        public String text() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }
}
