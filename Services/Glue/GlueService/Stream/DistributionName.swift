// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Zone names: the tables have them without the final dot, the line protocol with it.
enum DistributionName {
    /// The protocol's form of a table's name.
    static func absolute(_ stored: String) -> String {
        stored == "." ? stored : stored + "."
    }

    /// The table's form of a protocol's name.
    static func stored(_ absolute: String) -> String {
        absolute.utf8.count > 1 && absolute.hasSuffix(".") ? String(absolute.dropLast()) : absolute
    }
}
