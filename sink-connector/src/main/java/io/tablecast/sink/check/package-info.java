// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** What is wrong with a configuration, found before anything is deployed. */
package io.tablecast.sink.check;
