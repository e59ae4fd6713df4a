// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0
/** Reads tables of MySQL and MariaDB: a first copy in chunks while their changes are followed in the binlog. */
package io.tablecast.source.mysql;
