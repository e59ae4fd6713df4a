// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** What a task tells about its tables; on workers before Kafka 4.1 it is counted and shown nowhere. */
package io.tablecast.sink.metrics;
