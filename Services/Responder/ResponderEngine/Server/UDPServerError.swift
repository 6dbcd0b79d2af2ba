// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import CDatagram
internal import Glibc

/// Why a UDP server could not start.
package enum UDPServerError: Error, Hashable, Sendable {
    /// Another process has the address.
    case addressInUse(String)
    /// The address is of no interface of this machine.
    case addressNotAvailable(String)
    /// The process may not bind to the port.
    case notPermitted(String)
    /// What was given is no IPv4 or IPv6 address.
    case badAddress(String)
    /// Any other failure.
    case system(String, operation: String, code: Int32)
    /// There is no memory or no thread left.
    case outOfResources(code: Int32)

    /// The error of a failed `cdatagram_open` for `address`.
    init(address: String, step: cdatagram_step, code: Int32) {
        switch (step, code) {
        case (CDATAGRAM_STEP_ADDRESS, _): self = .badAddress(address)
        case (_, EADDRINUSE): self = .addressInUse(address)
        case (_, EADDRNOTAVAIL): self = .addressNotAvailable(address)
        case (_, EACCES), (_, EPERM): self = .notPermitted(address)
        case (CDATAGRAM_STEP_SOCKET, _): self = .system(address, operation: "make a socket", code: code)
        case (CDATAGRAM_STEP_OPTION, _): self = .system(address, operation: "set a socket option", code: code)
        default: self = .system(address, operation: "bind", code: code)
        }
    }
}

extension UDPServerError: CustomStringConvertible {
    /// One sentence that names the address and what is wrong with it.
    package var description: String {
        switch self {
        case .addressInUse(let address): "the UDP address \(address) is in use by another process"
        case .addressNotAvailable(let address): "the UDP address \(address) does not belong to this machine"
        case .notPermitted(let address): "no permission to use the UDP address \(address)"
        case .badAddress(let address): "\(address) is not an IPv4 or IPv6 address"
        case .system(let address, let operation, let code):
            "could not \(operation) for the UDP address \(address) (error \(code))"
        case .outOfResources(let code): "no memory or thread left for the UDP server (error \(code))"
        }
    }
}
