// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** A client of Kafka Connect's REST interface, as far as operators need it. */
package io.tablecast.cli.connect;
