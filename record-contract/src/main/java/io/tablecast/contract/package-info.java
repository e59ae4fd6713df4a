// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** What crosses the topic, shared by both sides. */
package io.tablecast.contract;
