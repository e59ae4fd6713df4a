// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import static java.util.Objects.requireNonNull;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Optional;

/** When a table is read again in mode {@code snapshot}. */
public sealed interface RunTimes {

    /** When the run after one of the given time is due. */
    Instant nextAfter(Instant lastRun);

    /**
     * When the next run after a moment is due in the rhythm of others, so that tables which began together stay together,
     * however long each of them takes.
     *
     * @param other a time at which a run is or was due, before or after the moment
     */
    Instant nextInRhythm(Instant other, Instant moment);

    /** Runs in a fixed distance. */
    record Every(Duration interval) implements RunTimes {
        public Every {
            requireNonNull(interval, "interval is null");
        }

        @Override
        public Instant nextAfter(Instant lastRun) {
            return lastRun.plus(interval);
        }

        @Override
        public Instant nextInRhythm(Instant other, Instant moment) {
            long passed = Duration.between(other, moment).dividedBy(interval);
            Instant next = other.plus(interval.multipliedBy(passed));
            return next.isAfter(moment) ? next : next.plus(interval);
        }
    }

    /** Runs at the times of a cron expression of five fields, in UTC. */
    record At(String expression) implements RunTimes {
        /** @throws IllegalArgumentException when the expression is none, or names a day that never comes */
        public At {
            // From a day whose next 29 February is as far away as any ever is.
            if (next(expression, Instant.parse("1896-03-01T00:00:00Z")).isEmpty()) {
                throw new IllegalArgumentException(
                        "no calendar has such a day; for copies on request only, set poll.interval.ms to many years instead");
            }
        }

        @Override
        public Instant nextAfter(Instant lastRun) {
            return next(expression, lastRun)
                    .orElseThrow(() -> new IllegalStateException("\"" + expression + "\" ends after " + lastRun));
        }

        private static Optional<Instant> next(String expression, Instant moment) {
            return ExecutionTime.forCron(parse(expression))
                    .nextExecution(moment.atZone(ZoneOffset.UTC))
                    .map(ZonedDateTime::toInstant);
        }

        @Override
        public Instant nextInRhythm(Instant other, Instant moment) {
            return nextAfter(moment);
        }

        private static Cron parse(String expression) {
            return new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
                    .parse(expression)
                    .validate();
        }
    }
}
