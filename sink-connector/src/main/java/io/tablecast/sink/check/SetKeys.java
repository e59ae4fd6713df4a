// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.check;

import io.tablecast.contract.table.TableId;
import io.tablecast.sink.config.TableKeys;
import java.util.Map;
import java.util.Optional;

/** Where a configuration says what: for a table by a key of its own, or for all tables. */
record SetKeys(Map<String, String> properties) {

    SetKeys {
        properties = Map.copyOf(properties);
    }

    /** The key to correct where a table's value is wrong. */
    String of(TableId table, String key) {
        return own(table, key).orElse(key);
    }

    /** The key by which the table's own value is set, as it is spelt. */
    Optional<String> own(TableId table, String key) {
        return Optional.ofNullable(TableKeys.spelled(properties, table).get(key));
    }

    /** Whether somebody has chosen the table's value, so that it is no default. */
    boolean isSet(TableId table, String key) {
        return properties.containsKey(of(table, key));
    }
}
