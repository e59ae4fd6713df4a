// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.snapshot.SnapshotApply;
import io.tablecast.sink.snapshot.SwapMode;
import io.tablecast.sink.structure.EvolutionMode;
import io.tablecast.sink.structure.IndexCopy;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

class SinkSettingsTest {

    private static final TableId ORDERS = new TableId("shop", "orders");

    @Test
    void defaultsAreTheDocumentedOnes() {
        SinkSettings settings = SinkSettings.parse(with());

        TableSettings table = settings.of(ORDERS);
        assertThat(table.applyMode()).isEqualTo(ApplyMode.UPSERT);
        assertThat(table.deleteMode()).isEqualTo(DeleteMode.DELETE);
        assertThat(table.truncateMode()).isEqualTo(TruncateMode.APPLY);
        assertThat(table.isCreated()).isTrue();
        assertThat(table.evolution()).isEqualTo(EvolutionMode.BASIC);
        assertThat(table.shape().indexes()).isEqualTo(IndexCopy.COPY);
        assertThat(table.snapshots().apply()).isEqualTo(SnapshotApply.SWAP);
        assertThat(table.snapshots().swapMode()).isEqualTo(SwapMode.AUTO);
        assertThat(settings.batch())
                .isEqualTo(new BatchSettings(20_000, 64L * 1024 * 1024, Duration.ofMillis(100), Duration.ofMinutes(1)));
        assertThat(settings.metadataSchema()).isEqualTo("tablecast");
        assertThat(settings.namespace()).isEqualTo("sink-a");
        assertThat(settings.toleratesErrors()).isFalse();
    }

    @Test
    void aTablesOwnKeysWin() {
        SinkSettings settings = SinkSettings.parse(with(
                "apply.mode", "append",
                "table.shop.orders.apply.mode", "upsert",
                "table.\"odd.schema\".\"x\"\"y\".fillfactor", "70"));

        assertThat(settings.of(ORDERS).applyMode()).isEqualTo(ApplyMode.UPSERT);
        assertThat(settings.of(new TableId("shop", "items")).applyMode()).isEqualTo(ApplyMode.APPEND);
        assertThat(settings.of(new TableId("odd.schema", "x\"y")).shape().fillfactor())
                .isEqualTo(70);
    }

    @Test
    void driverPropertiesAreHandedOn() {
        SinkSettings settings =
                SinkSettings.parse(with("connection.properties.sslmode", "require", "offset.namespace", "old-name"));

        assertThat(settings.connection().properties()).isEqualTo(Map.of("sslmode", "require"));
        assertThat(settings.namespace()).isEqualTo("old-name");
    }

    @Test
    void keysThatMeanNothingAreFound() {
        KeyFaults faults = KeyFaults.of(with(
                "apply.mod", "append",
                "swapMode", "view",
                "table.nameformat", "a.b",
                "table.shop.orders.aply.mode", "append",
                "table.shop.orders.batch.max.rows", "1",
                "table.shop.orders.fillfactor", "500",
                "table.shop", "x",
                "value.converter.schemas.enable", "true",
                "my.own.note", "x"));

        assertThat(faults.errors())
                .containsEntry("apply.mod", "Unknown key \"apply.mod\". Did you mean apply.mode?")
                .containsEntry("swapMode", "Unknown key \"swapMode\". Did you mean swap.mode?")
                .containsEntry("table.nameformat", "Unknown key \"table.nameformat\". Did you mean table.name.format?")
                .containsEntry(
                        "table.shop.orders.aply.mode",
                        "Table shop.orders cannot have a \"aply.mode\" of its own: did you mean apply.mode?")
                .containsEntry(
                        "table.shop.orders.batch.max.rows",
                        "Table shop.orders cannot have a \"batch.max.rows\" of its own: it holds for the whole connector")
                .containsEntry(
                        "table.shop.orders.fillfactor",
                        "Table shop.orders: Invalid value 500 for configuration fillfactor: Value must be no more than 100")
                .containsKey("table.shop")
                .hasSize(7);
        assertThat(faults.unknown()).containsExactly("my.own.note");
    }

    @Test
    void parametersThatWouldReplaceWhatSessionsNeedAreRefused() {
        String url = "jdbc:postgresql://localhost/warehouse?options=-c%20TimeZone=CET";

        assertThatThrownBy(() -> SinkDefinition.CONFIG.parse(with("connection.url", url)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("connection.url")
                .hasMessageContaining("Move it to connection.properties.options");
    }

    @Test
    void everyKeyIsDocumentedInOneGroup() {
        for (ConfigDef.ConfigKey key : SinkDefinition.CONFIG.configKeys().values()) {
            assertThat(key.documentation).as(key.name).endsWith(".").hasSizeGreaterThan(20);
            assertThat(key.group).as(key.name).isNotBlank();
        }
        assertThat(SinkDefinition.CONFIG.names()).containsAll(SinkKeys.OF_TABLES);
    }

    private static Map<String, String> with(String... keysAndValues) {
        Map<String, String> properties = new TreeMap<>();
        properties.put("name", "sink-a");
        properties.put("connection.url", "jdbc:postgresql://localhost/warehouse");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return properties;
    }
}
