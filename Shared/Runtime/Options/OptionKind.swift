// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What an option's text must look like. Checked when the daemon starts, whether the option is used or not.
package enum OptionKind: Sendable, Equatable {
    /// Any text.
    case string
    /// A decimal integer within the range.
    case integer(ClosedRange<Int>)
    /// `true`/`false`, `yes`/`no`, `on`/`off` or `1`/`0`; the bare flag means `true`.
    case boolean
    /// A time such as `250ms`, `10s`, `5m`, `2h` or `1d`; a bare number is seconds.
    case duration
    /// `host:port`, IPv6 in brackets. Port 0 lets the system choose.
    case address
    /// One or more addresses, separated by commas.
    case addressList
    /// A path in the file system.
    case path
    /// Texts separated by commas.
    case list
    /// One of the given words.
    case choice([String])

    /// How the value is written in `--help`.
    package var placeholder: String {
        switch self {
        case .string: "TEXT"
        case .integer: "N"
        case .boolean: "true|false"
        case .duration: "TIME"
        case .address: "HOST:PORT"
        case .addressList: "HOST:PORT,..."
        case .path: "PATH"
        case .list: "TEXT,..."
        case .choice(let words): words.joined(separator: "|")
        }
    }
}
