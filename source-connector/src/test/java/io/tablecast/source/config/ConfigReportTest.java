// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReportTest {

    static final Map<String, String> RIGHT = Map.of(
            "connection.url", "jdbc:postgresql://db/shop",
            "topic.prefix", "erp",
            "mode", "snapshot",
            "table.include.list", "shop\\..*");

    @Test
    void rightConfigurationHasNoErrors() {
        assertThat(errors(Map.of())).isEmpty();
    }

    @Test
    void allRequiredKeysAreMissedAtOnce() {
        assertThat(errors(ConfigReport.of(Map.of())))
                .containsOnlyKeys("connection.url", "topic.prefix", "mode", "table.include.list");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "mode                     | mirror                     | String must be one of: snapshot, incremental, queue",
                "connection.url           | jdbc:mysql://db/shop       | expected jdbc:postgresql://host:port/database",
                "connection.url           | jdbc:postgresql://db/a?password=x | Move it to connection.password",
                "connection.url           | jdbc:postgresql://db/a?options=-c%20TimeZone=CET | connection.properties.options",
                "connection.url           | jdbc:postgresql://db/a?sslmod=x   | Did you mean \"sslmode\"?",
                "connection.url           | jdbc:postgresql://me:pw@db/a      | Move them to connection.user and",
                "connection.properties.sslmod | require                | Did you mean \"connection.properties.sslmode\"?",
                "connection.properties.password | x                    | Move it to connection.password",
                "topic.prefix             | a b                        | Kafka allows letters, digits",
                "table.include.list       | shop.(                     | not a regular expression",
                "table.exclude.list       | [                          | not a regular expression",
                "poll.interval.ms         | 0                          | expected at least 1 millisecond",
                "schedule                 | every day                  | not a cron expression of five fields",
                "schedule                 | 0 3 30 2 *                 | no calendar has such a day",
                "skip.operations          | r                          | expected some of c, u, d, t",
                "snapshot.max.threads     | 0                          | Value must be at least 1",
                "snapshot.chunk.rows      | 99                         | Value must be at least 100",
                "decimal.handling.mode    | exact                      | String must be one of: precise, double, string",
                "no.key.policy            | ignore                     | String must be one of: fail, skip, snapshot",
                "table.shop.orders.mode   | mirror                     | String must be one of: snapshot, incremental, queue",
                "table.shop.orders.mod    | queue                      | Did you mean \"table.shop.orders.mode\"?",
                "table.shop.orders.queue.schema | q                    | can only be set for the whole connector",
                "table.orders             | x                          | table.<schema>.<table>.<key>",
                "table.inclde.list        | x                          | Did you mean \"table.include.list\"?",
                "topic.prefx              | x                          | Did you mean \"topic.prefix\"?",
                "connection.pasword       | x                          | Did you mean \"connection.password\"?"
            })
    void wrongValueIsReportedOnItsKey(String key, String value, String message) {
        Map<String, List<String>> errors = errors(Map.of(key, value));

        assertThat(errors).containsOnlyKeys(key);
        assertThat(errors.get(key).get(0)).contains(message);
    }

    @Test
    void tableHasOneModeHoweverItsNameIsSpelt() {
        Map<String, List<String>> errors =
                errors(Map.of("table.shop.orders.mode", "queue", "table.\"shop\".orders.mode", "snapshot"));

        assertThat(errors).containsOnlyKeys("table.shop.orders.mode");
        assertThat(errors.get("table.shop.orders.mode").get(0))
                .isEqualTo(
                        "\"table.shop.orders.mode\" and \"table.\"shop\".orders.mode\" both set mode of table shop.orders. Remove one of them.");
    }

    @Test
    void passwordInTheUrlIsNotRepeated() {
        String message = errors(Map.of("connection.url", "jdbc:postgresql://db/a?password=geheim"))
                .get("connection.url")
                .get(0);

        assertThat(message).doesNotContain("geheim");
    }

    @Test
    void strangersAndConnectsOwnKeysAreNoErrors() {
        ConfigReport report = report(Map.of(
                "errors.tolerance", "all",
                "value.converter.schemas.enable", "true",
                "transforms", "a",
                "transforms.a.type", "b",
                "connection.properties.sslmode", "require",
                "database.history.kafka.topic", "x"));

        assertThat(errors(report)).isEmpty();
        assertThat(report.strangers()).containsExactly("database.history.kafka.topic");
    }

    @Test
    void scheduleAndIntervalOfOneLevelExcludeEachOther() {
        assertThat(errors(Map.of("schedule", "0 3 * * *", "poll.interval.ms", "1000")))
                .containsOnlyKeys("schedule");
        assertThat(errors(Map.of("poll.interval.ms", "1000", "table.shop.orders.schedule", "0 3 * * *")))
                .isEmpty();
    }

    @Test
    void whatIsWrongIsReplacedSoThatTheRestCanBeChecked() {
        SourceSettings usable = report(Map.of("mode", "mirror", "poll.interval.ms", "x", "snapshot.max.threads", "7"))
                .usable();

        assertThat(usable.tableDefaults().mode()).isEqualTo(Mode.SNAPSHOT);
        assertThat(usable.snapshotThreads()).isEqualTo(7);
    }

    private static ConfigReport report(Map<String, String> changes) {
        Map<String, String> properties = new HashMap<>(RIGHT);
        properties.putAll(changes);
        return ConfigReport.of(properties);
    }

    private static Map<String, List<String>> errors(Map<String, String> changes) {
        return errors(report(changes));
    }

    private static Map<String, List<String>> errors(ConfigReport report) {
        Map<String, List<String>> errors = new TreeMap<>();
        report.toConfig().configValues().stream()
                .filter(value -> !value.errorMessages().isEmpty())
                .forEach(value -> errors.put(value.name(), value.errorMessages()));
        return errors;
    }
}
