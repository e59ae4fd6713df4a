// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

/**
 * Something in a connector's configuration that the worker or the connector would refuse.
 *
 * @param field the key concerned
 * @param message what is wrong and how to fix it, without secrets
 */
record Problem(String field, String message) {}
