// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.cli;

import java.io.PrintWriter;
import java.util.List;

/** A way of telling what was found. */
interface Report {
    void print(List<CheckedFile> files, PrintWriter out);
}
