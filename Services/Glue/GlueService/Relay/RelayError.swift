// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Why a relay cannot give what a follower asks for.
enum RelayError: Error, CustomStringConvertible {
    /// The replica is between two states, neither of which may be passed on.
    case filling
    /// A file for a large zone could not be written or read.
    case spool(operation: String, code: Int32)

    var description: String {
        switch self {
        case .filling: "the replica is being filled"
        case .spool(let operation, let code): "cannot \(operation) a temporary file in the replica's folder: \(code)"
        }
    }
}
