// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import static java.util.Objects.requireNonNull;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Between which local times nothing is read on days when the clock changes ({@code dst.pause}).
 *
 * @param from inclusive
 * @param to exclusive; equal to {@code from} when there is no pause
 */
public record DstPause(LocalTime from, LocalTime to) {

    private static final String OFF = "off";
    private static final Pattern TIMES = Pattern.compile("(\\d\\d:\\d\\d)-(\\d\\d:\\d\\d)");

    public DstPause {
        requireNonNull(from, "from is null");
        requireNonNull(to, "to is null");
    }

    /**
     * Reads {@code off} or two times.
     *
     * @throws IllegalArgumentException when the text is neither
     */
    public static DstPause parse(String text) {
        if (text.equals(OFF)) {
            return new DstPause(LocalTime.MIDNIGHT, LocalTime.MIDNIGHT);
        }
        Matcher times = TIMES.matcher(text);
        try {
            if (times.matches()) {
                DstPause pause = new DstPause(LocalTime.parse(times.group(1)), LocalTime.parse(times.group(2)));
                if (pause.from.isBefore(pause.to)) {
                    return pause;
                }
            }
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("not a time of day in " + text, e);
        }
        throw new IllegalArgumentException("expected off, or two local times such as 00:30-02:30");
    }

    /** Whether a moment lies in the pause. */
    public boolean covers(Instant moment, ZoneId zone) {
        LocalTime local = moment.atZone(zone).toLocalTime();
        if (local.isBefore(from) || !local.isBefore(to)) {
            return false;
        }
        LocalDate day = moment.atZone(zone).toLocalDate();
        return !day.atStartOfDay(zone)
                .getOffset()
                .equals(day.plusDays(1).atStartOfDay(zone).getOffset());
    }
}
