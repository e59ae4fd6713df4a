// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** What tables look like at the destination: reading them, creating them, and letting them follow the source. */
package io.tablecast.sink.structure;
