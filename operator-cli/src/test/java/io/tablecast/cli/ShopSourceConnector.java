// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.source.SourceConnector;

/** A connector that is as careless with its password as no connector should be. */
public final class ShopSourceConnector extends SourceConnector {
    private static final ConfigDef DEFINITION = new ConfigDef()
            .define("connection.url", ConfigDef.Type.STRING, Importance.HIGH, "")
            .define("connection.user", ConfigDef.Type.STRING, "shop", Importance.HIGH, "")
            .define("connection.password", ConfigDef.Type.PASSWORD, "", Importance.HIGH, "")
            .define(
                    "mode",
                    ConfigDef.Type.STRING,
                    "queue",
                    ConfigDef.ValidString.in("queue", "snapshot"),
                    Importance.HIGH,
                    "");

    @Override
    public Config validate(Map<String, String> settings) {
        if ("thrown".equals(settings.get("connection.url"))) {
            throw new ConfigException("no validation with " + settings.get("connection.password"));
        }
        Config config = super.validate(settings);
        if ("wrong".equals(settings.get("connection.password"))) {
            config.configValues().stream()
                    .filter(value -> value.name().equals("connection.password"))
                    .forEach(value -> value.addErrorMessage("Password \"wrong\" is wrong for user \""
                            + settings.get("connection.user") + "\" at " + settings.get("connection.url")));
        }
        String name = settings.get("name");
        if ("owned".equals(settings.get("connection.url")) && !"owner".equals(name)) {
            config.configValues().stream()
                    .filter(value -> value.name().equals("connection.url"))
                    .forEach(value -> value.addErrorMessage("It is not connector \"" + name + "\" that owns it."));
        }
        return config;
    }

    @Override
    public ConfigDef config() {
        return DEFINITION;
    }

    @Override
    public void start(Map<String, String> settings) {
        throw new IllegalStateException("A check starts nothing.");
    }

    @Override
    public Class<? extends Task> taskClass() {
        throw new IllegalStateException("A check has no tasks.");
    }

    @Override
    public List<Map<String, String>> taskConfigs(int maxTasks) {
        throw new IllegalStateException("A check has no tasks.");
    }

    @Override
    public void stop() {
        throw new IllegalStateException("A check stops nothing.");
    }

    @Override
    public String version() {
        return "1";
    }
}
