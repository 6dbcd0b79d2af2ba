// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Glibc

/// The time that signatures are made and judged by.
enum WallClock {
    /// Seconds since 1970.
    @Sendable
    static func seconds() -> UInt64 {
        UInt64(clamping: time(nil))
    }
}
