// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** JSON with embedded schemas, as Kafka's own converter writes and reads it, without repeating the work on the schema. */
package io.tablecast.json;
