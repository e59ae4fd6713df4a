// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.source.mysql.binlog;

/** What double quotes hold in a statement. */
public enum DoubleQuotes {
    /** The session has ANSI_QUOTES in its sql_mode. */
    NAMES,
    /** A guess, where nobody knows the session. */
    NAMES_WHERE_NO_TEXT_CAN_BE
}
