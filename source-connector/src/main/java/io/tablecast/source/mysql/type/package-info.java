// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * The types of MySQL and MariaDB: how they are described, and how a value becomes the same Connect value whether it comes
 * from the binlog or from a query.
 */
package io.tablecast.source.mysql.type;
