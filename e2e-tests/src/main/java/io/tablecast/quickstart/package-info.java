// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** The quickstart: services, connectors and a workload that can be watched. */
package io.tablecast.quickstart;
