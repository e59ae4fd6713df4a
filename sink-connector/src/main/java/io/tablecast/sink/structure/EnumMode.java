// Copyright The Tablecast Authors
// SPDX-License-Identifier: Apache-2.0

package io.tablecast.sink.structure;

/** The setting {@code enum.mode}: what a column of an enum becomes. */
public enum EnumMode {
    /** Of the type with the source's name where the destination has it with all labels, else text. */
    AUTO,
    /** Text. */
    TEXT,
    /** Of a type with the source's labels, which is created where it is missing and gets labels that the source adds. */
    TYPE
}
