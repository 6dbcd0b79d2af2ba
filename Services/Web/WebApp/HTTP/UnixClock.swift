// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// The wall clock as the web tier needs it: whole Unix seconds. Tests bring their own.
package struct UnixClock: Sendable {
    private let read: @Sendable () -> Int64

    /// A clock that asks `read`.
    package init(_ read: @escaping @Sendable () -> Int64) {
        self.read = read
    }

    /// The system's clock.
    package static let system = UnixClock { Int64(Date().timeIntervalSince1970) }

    /// Now, in seconds since 1970.
    package var now: Int64 { self.read() }
}
