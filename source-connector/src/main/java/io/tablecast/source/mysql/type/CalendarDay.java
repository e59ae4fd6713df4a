// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import io.tablecast.source.mysql.type.MySqlModes.ZeroDateMode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import org.apache.kafka.connect.errors.DataException;

/** Days, also those that no calendar has, which MySQL stores when its {@code sql_mode} allows. */
final class CalendarDay {

    private CalendarDay() {}

    /** The day; empty for one that becomes NULL. */
    static Optional<LocalDate> of(int year, int month, int day, ZeroDateMode mode) {
        if (year > 0 && month > 0 && day > 0) {
            try {
                return Optional.of(LocalDate.of(year, month, day));
            } catch (DateTimeException noSuchDay) {
                // As a zero date.
            }
        }
        return switch (mode) {
            case NULL -> Optional.empty();
            case EPOCH -> Optional.of(LocalDate.EPOCH);
            case FAIL ->
                throw new DataException(
                        "The date %04d-%02d-%02d is in no calendar. Correct the row, or set".formatted(year, month, day)
                                + " zero.date.handling.mode to null or epoch.");
        };
    }
}
