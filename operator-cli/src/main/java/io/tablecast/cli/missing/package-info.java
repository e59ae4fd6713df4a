// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** What of the sources is not replicated. */
package io.tablecast.cli.missing;
