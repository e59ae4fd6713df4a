// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** Whether two tables hold the same rows, without moving the rows. */
package io.tablecast.cli.compare;
