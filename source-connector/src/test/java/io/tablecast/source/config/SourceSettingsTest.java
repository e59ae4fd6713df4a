// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.tablecast.contract.record.Operation;
import io.tablecast.contract.table.TableId;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceSettingsTest {

    private static final TableId ORDERS = new TableId("shop", "orders");
    private static final TableId OTHER = new TableId("shop", "other");

    @Test
    void defaultsAreThoseOfTheDocumentation() {
        SourceSettings settings = parse(Map.of());
        TableSettings table = settings.of(OTHER);

        assertThat(settings.snapshotThreads()).isEqualTo(2);
        assertThat(settings.heartbeatInterval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(settings.queue()).isEqualTo(new QueueSettings("tablecast", QueueSetupMode.AUTO, Duration.ofDays(7)));
        assertThat(settings.records().tombstones()).isTrue();
        assertThat(table.mode()).isEqualTo(Mode.SNAPSHOT);
        assertThat(table.runTimes()).isEqualTo(new RunTimes.Every(Duration.ofHours(1)));
        assertThat(table.pollInterval()).isEqualTo(Duration.ofMillis(100));
        assertThat(table.noKeyPolicy()).isEqualTo(NoKeyPolicy.FAIL);
        assertThat(table.snapshotMode()).isEqualTo(SnapshotMode.INITIAL);
        assertThat(table.skipUnchanged()).isTrue();
        assertThat(table.skippedOperations()).isEmpty();
        assertThat(table.batchMaxRows()).isEqualTo(10_000);
    }

    @Test
    void tablesHaveTheirOwnValuesBesideTheConnectors() {
        SourceSettings settings = parse(Map.of(
                "mode", "queue",
                "poll.interval.ms", "250",
                "table.shop.orders.mode", "snapshot",
                "table.shop.orders.schedule", "30 2 * * *",
                "table.shop.orders.skip.operations", "t,d",
                "table.shop.orders.columns", "id, name"));

        assertThat(settings.of(OTHER).mode()).isEqualTo(Mode.QUEUE);
        assertThat(settings.of(OTHER).pollInterval()).isEqualTo(Duration.ofMillis(250));
        assertThat(settings.of(ORDERS).mode()).isEqualTo(Mode.SNAPSHOT);
        assertThat(settings.of(ORDERS).runTimes()).isEqualTo(new RunTimes.At("30 2 * * *"));
        assertThat(settings.of(ORDERS).columns()).containsExactly("id", "name");
        assertThat(settings.of(ORDERS).skips(Operation.TRUNCATE)).isTrue();
        assertThat(settings.of(ORDERS).skips(Operation.UPDATE)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mode|queue",
                "columns|id",
                "condition|id > 5",
                "topic|own",
                "key.columns|id",
                "no.key.policy|skip",
                "on.table.error|fail",
                "skip.operations|t",
                "snapshot.mode|no_data",
                "snapshot.skip.unchanged|false",
                "poll.interval.ms|5",
                "schedule|30 2 * * *",
                "control.column|at",
                "control.timezone|Europe/Rome",
                "boundary|5",
                "start.value|7",
                "dst.pause|off",
                "late.rows.check.interval.ms|60000",
                "queue.old.rows|true",
                "batch.max.rows|5"
            })
    void everyKeyOfATableCountsForItAndForAll(String key, String value) {
        SourceSettings plain = parse(Map.of());
        SourceSettings ofOne = parse(Map.of("table.shop.orders." + key, value));
        SourceSettings ofAll = parse(Map.of(key, value));

        assertThat(ofOne.of(ORDERS)).isNotEqualTo(plain.of(ORDERS)).isEqualTo(ofAll.of(ORDERS));
        assertThat(ofOne.of(OTHER)).isEqualTo(plain.of(OTHER));
        assertThat(ofAll.of(OTHER)).isEqualTo(ofAll.of(ORDERS));
    }

    @Test
    void ownIntervalHidesTheConnectorsSchedule() {
        SourceSettings settings = parse(Map.of("schedule", "0 3 * * *", "table.shop.orders.poll.interval.ms", "5000"));

        assertThat(settings.of(ORDERS).runTimes()).isEqualTo(new RunTimes.Every(Duration.ofSeconds(5)));
        assertThat(settings.of(OTHER).runTimes()).isEqualTo(new RunTimes.At("0 3 * * *"));
    }

    @Test
    void intervalOfAQueueIsNoIntervalForSnapshots() {
        SourceSettings settings = parse(Map.of("mode", "queue", "poll.interval.ms", "50"));

        assertThat(settings.of(ORDERS).runTimes()).isEqualTo(new RunTimes.Every(Duration.ofHours(1)));
    }

    @Test
    void namesWithDotsStandInQuotes() {
        SourceSettings settings = parse(Map.of("table.\"a.b\".\"c\"\"d.e\".condition", "x > 1"));

        assertThat(settings.of(new TableId("a.b", "c\"d.e")).condition()).isEqualTo("x > 1");
    }

    @Test
    void filtersMatchWholeNamesAndSplitAtCommasOutsideOfExpressions() {
        TableFilter filter = parse(Map.of(
                        "table.include.list", "shop\\.o.{1,5}, crm\\.[a,b]+", "table.exclude.list", "shop\\.old.*"))
                .tables();

        assertThat(filter.includes(ORDERS)).isTrue();
        assertThat(filter.includes(new TableId("shop", "orders_archive"))).isFalse();
        assertThat(filter.includes(new TableId("crm", "a,b"))).isTrue();
        assertThat(filter.includes(new TableId("shop", "old"))).isFalse();
    }

    @Test
    void scheduleIsInUtcAndComesAfterTheLastRun() {
        RunTimes daily = new RunTimes.At("30 2 * * *");

        assertThat(daily.nextAfter(Instant.parse("2026-03-29T02:30:00Z")))
                .isEqualTo(Instant.parse("2026-03-30T02:30:00Z"));
        assertThat(daily.nextAfter(Instant.parse("2026-03-29T02:29:59Z")))
                .isEqualTo(Instant.parse("2026-03-29T02:30:00Z"));
    }

    @Test
    void scheduleMayNameADayThatMostYearsLack() {
        RunTimes leapDays = new RunTimes.At("0 0 29 2 *");

        assertThat(leapDays.nextAfter(Instant.parse("2026-03-29T02:30:00Z")))
                .isEqualTo(Instant.parse("2028-02-29T00:00:00Z"));
        assertThat(leapDays.nextAfter(Instant.parse("2096-03-01T00:00:00Z")))
                .isEqualTo(Instant.parse("2104-02-29T00:00:00Z"));
    }

    @Test
    void runsThatTakeLongKeepTheRhythmOfTheOthers() {
        RunTimes hourly = new RunTimes.Every(Duration.ofHours(1));
        Instant ten = Instant.parse("2026-03-29T10:00:00Z");

        assertThat(hourly.nextInRhythm(ten, ten)).isEqualTo(ten.plus(Duration.ofHours(1)));
        assertThat(hourly.nextInRhythm(ten, ten.plus(Duration.ofMinutes(59)))).isEqualTo(ten.plus(Duration.ofHours(1)));
        assertThat(hourly.nextInRhythm(ten, ten.plus(Duration.ofMinutes(130))))
                .isEqualTo(ten.plus(Duration.ofHours(3)));
        assertThat(hourly.nextInRhythm(ten, ten.minus(Duration.ofDays(1))))
                .as("a clock that was set back")
                .isEqualTo(ten.minus(Duration.ofHours(23)));
    }

    @Test
    void driverPropertiesAreHandedOn() {
        assertThat(parse(Map.of("connection.properties.sslmode", "require"))
                        .connection()
                        .properties())
                .containsExactly(Map.entry("sslmode", "require"));
    }

    @Test
    void everyKeyIsDescribedInOneSentence() {
        for (ConfigDef.ConfigKey key : SourceDefinition.CONFIG.configKeys().values()) {
            assertThat(key.documentation).as(key.name).endsWith(".").hasSizeGreaterThan(30);
            assertThat(key.group).as(key.name).isNotEmpty();
            assertThat(key.displayName).as(key.name).isNotEqualTo(key.name);
            boolean ofTables = SourceKeys.OF_TABLES.contains(key.name);
            assertThat(key.documentation.contains("Also per table, as table.<schema>.<table>." + key.name))
                    .as(key.name)
                    .isEqualTo(ofTables);
        }
    }

    private static SourceSettings parse(Map<String, String> changes) {
        Map<String, String> properties = new HashMap<>(ConfigReportTest.RIGHT);
        properties.putAll(changes);
        return SourceSettings.parse(properties);
    }
}
