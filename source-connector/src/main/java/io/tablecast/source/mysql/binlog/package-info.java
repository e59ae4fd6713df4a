// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0
/** The binlog: connection, positions, and what its events say. */
package io.tablecast.source.mysql.binlog;
