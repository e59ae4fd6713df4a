// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.contract.table;

/** How a column gets a value of its own: PostgreSQL identity columns, MySQL auto_increment (by default). */
public enum Identity {
    NONE,
    BY_DEFAULT,
    ALWAYS
}
