// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0
/** Mode {@code snapshot}, and the copying of whole tables that other modes begin with. */
package io.tablecast.source.snapshot;
