// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Why a name server's answer was not had.
package enum DNSClientError: Error, Hashable, CustomStringConvertible {
    /// Nothing that answers the question came in time.
    case timeout
    /// The server, or its machine, refused or closed the connection.
    case unreachable(String)
    /// The question cannot be put into a message.
    case cannotAsk(String)

    package var description: String {
        switch self {
        case .timeout: "no answer in time"
        case .unreachable(let reason): "cannot be reached: \(reason)"
        case .cannotAsk(let reason): "cannot be asked: \(reason)"
        }
    }
}
