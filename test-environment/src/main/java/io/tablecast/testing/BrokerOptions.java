// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a broker is started.
 *
 * @param settings broker settings on top of those of every broker
 */
public record BrokerOptions(JvmProfile profile, Map<String, String> settings) {
    public BrokerOptions {
        settings = Map.copyOf(settings);
    }

    public static BrokerOptions defaults() {
        return new BrokerOptions(JvmProfile.QUICK_START, Map.of());
    }

    public BrokerOptions withProfile(JvmProfile other) {
        return new BrokerOptions(other, settings);
    }

    public BrokerOptions withSetting(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(settings);
        more.put(name, value);
        return new BrokerOptions(profile, more);
    }
}
