// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** Which table goes where: the source connectors of a Connect cluster, their tables, and the sinks that take them. */
package io.tablecast.cli.pipeline;
