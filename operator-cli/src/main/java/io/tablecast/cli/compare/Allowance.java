// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli.compare;

/** Which rows the destination may have that the source has not. */
enum Allowance {
    /** None. */
    NONE,
    /** Any: rows that the source has deleted, and earlier states of rows. */
    FURTHER_ROWS
}
