// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0
/** Checks of a configuration against the database, for {@code validate}. */
package io.tablecast.source.check;
