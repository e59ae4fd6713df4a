// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0
/** What a source table is: its name, columns, key, indexes and everything else a destination needs to build it again. */
package io.tablecast.contract.table;
