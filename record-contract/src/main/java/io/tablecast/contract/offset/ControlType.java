// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.offset;

import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Locale;

/** The kinds of control columns. Values stand in offsets in the text form of the database, times in UTC. */
public enum ControlType {
    /** A whole number of any size. */
    INTEGER("a whole number such as 4711") {
        @Override
        int compareTexts(String one, String other) {
            return new BigInteger(one).compareTo(new BigInteger(other));
        }
    },
    DATE("a date such as 2026-01-31") {
        @Override
        int compareTexts(String one, String other) {
            return LocalDate.parse(one).compareTo(LocalDate.parse(other));
        }
    },
    /** A time without zone. */
    TIMESTAMP("a time without zone such as 2026-01-31 12:00:00") {
        @Override
        int compareTexts(String one, String other) {
            return LocalDateTime.from(TIME.parse(one)).compareTo(LocalDateTime.from(TIME.parse(other)));
        }
    },
    /** A point in time. */
    TIMESTAMPTZ("a time with its offset such as 2026-01-31 12:00:00+00") {
        @Override
        int compareTexts(String one, String other) {
            return moment(one).compareTo(moment(other));
        }
    };

    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendPattern("[' ']['T']")
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .toFormatter(Locale.ROOT);

    private static final DateTimeFormatter ZONED_TIME = new DateTimeFormatterBuilder()
            .append(TIME)
            .appendPattern("[XXX][XX][X]")
            .parseDefaulting(java.time.temporal.ChronoField.OFFSET_SECONDS, ZoneOffset.UTC.getTotalSeconds())
            .toFormatter(Locale.ROOT);

    private final String description;

    ControlType(String description) {
        this.description = description;
    }

    /** The spelling in offsets. */
    public String offsetName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What a value looks like, for messages. */
    public String description() {
        return description;
    }

    /** Whether a text is a finite value of this type. */
    public boolean reads(String text) {
        try {
            return compareTexts(text, text) == 0;
        } catch (NumberFormatException | DateTimeException e) {
            return false;
        }
    }

    /** Compares two texts that {@link #reads} accepts. */
    public int compare(String one, String other) {
        return compareTexts(one, other);
    }

    /** The point in time that a text names which {@link #TIMESTAMPTZ} accepts. */
    public static Instant moment(String text) {
        return OffsetDateTime.from(ZONED_TIME.parse(text)).toInstant();
    }

    abstract int compareTexts(String one, String other);
}
