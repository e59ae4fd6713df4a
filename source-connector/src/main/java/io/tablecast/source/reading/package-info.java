// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0
/** What all readers of a task share: the buffer to the polling thread, and what becomes of their failures. */
package io.tablecast.source.reading;
