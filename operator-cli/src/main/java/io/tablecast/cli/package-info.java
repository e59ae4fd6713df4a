// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** The {@code tablecast} command. */
package io.tablecast.cli;
