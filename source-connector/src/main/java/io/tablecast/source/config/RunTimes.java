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

/** When a table is read again in mode {@code snapshot}. */
public sealed interface RunTimes {

    /** When the run after one of the given time is due. */
    Instant nextAfter(Instant lastRun);

    /** Runs in a fixed distance, counted from the end of the run before. */
    record Every(Duration interval) implements RunTimes {
        public Every {
            requireNonNull(interval, "interval is null");
        }

        @Override
        public Instant nextAfter(Instant lastRun) {
            return lastRun.plus(interval);
        }
    }

    /** Runs at the times of a cron expression of five fields, in UTC. */
    record At(String expression) implements RunTimes {
        public At {
            parse(expression);
        }

        @Override
        public Instant nextAfter(Instant lastRun) {
            return ExecutionTime.forCron(parse(expression))
                    .nextExecution(lastRun.atZone(ZoneOffset.UTC))
                    .map(ZonedDateTime::toInstant)
                    .orElse(Instant.MAX);
        }

        private static Cron parse(String expression) {
            return new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
                    .parse(expression)
                    .validate();
        }
    }
}
