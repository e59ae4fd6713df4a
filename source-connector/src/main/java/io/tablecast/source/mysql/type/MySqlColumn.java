// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.type;

import static java.util.Objects.requireNonNull;

/** A column as far as its values need it. */
public record MySqlColumn(String name, MySqlType type, boolean nullable) {
    public MySqlColumn {
        requireNonNull(name, "name is null");
        requireNonNull(type, "type is null");
    }
}
