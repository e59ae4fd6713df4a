// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** How each table of a pipeline does. */
package io.tablecast.cli.status;
