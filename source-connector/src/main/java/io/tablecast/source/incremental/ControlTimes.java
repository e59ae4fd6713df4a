// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.incremental;

import io.tablecast.contract.offset.ControlType;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Locale;

/** Points in time as values of control columns. */
public final class ControlTimes {

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

    private final ZoneId zone;

    /** @param zone in which writers fill columns without zone */
    public ControlTimes(ZoneId zone) {
        this.zone = zone;
    }

    /** A value that no row of a later moment is below. */
    public String safelyBelow(Instant moment, ControlType type) {
        return switch (type) {
            case TIMESTAMPTZ -> FORMAT.format(moment.atOffset(ZoneOffset.UTC)) + "+00";
            case TIMESTAMP -> FORMAT.format(earliestFrom(moment));
            case DATE -> earliestFrom(moment).toLocalDate().toString();
            case INTEGER -> throw new IllegalArgumentException("not a time");
        };
    }

    /** A value above all that were written until a moment. */
    public String after(Instant moment, ControlType type) {
        LocalDateTime local = LocalDateTime.ofInstant(moment, zone);
        return switch (type) {
            case TIMESTAMPTZ -> FORMAT.format(moment.atOffset(ZoneOffset.UTC)) + "+00";
            case TIMESTAMP -> FORMAT.format(local);
            case DATE -> local.toLocalDate().plusDays(1).toString();
            case INTEGER -> throw new IllegalArgumentException("not a time");
        };
    }

    /** When the clock is about to be set back, the hour that is still to come again. */
    private LocalDateTime earliestFrom(Instant moment) {
        ZoneRules rules = zone.getRules();
        ZoneOffsetTransition next = rules.nextTransition(moment);
        boolean comesAgain = next != null
                && next.isOverlap()
                && !moment.isBefore(next.getInstant().plus(next.getDuration()));
        return comesAgain ? next.getDateTimeAfter() : LocalDateTime.ofInstant(moment, zone);
    }
}
