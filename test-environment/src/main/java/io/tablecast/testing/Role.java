// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.testing;

/** A role of a PostgreSQL server that may log in. */
public record Role(String name, String password) {
    @Override
    public String toString() {
        return name;
    }
}
