// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** Real PostgreSQL servers, brokers and Connect workers. Never shipped. */
package io.tablecast.testing;
