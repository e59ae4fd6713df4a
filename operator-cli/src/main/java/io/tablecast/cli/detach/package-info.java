// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

/** Makes destination tables stand on their own, so that applications can go on with them. */
package io.tablecast.cli.detach;
