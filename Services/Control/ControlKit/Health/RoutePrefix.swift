// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ArgumentParser
import Glibc

/// A route's prefix: `192.0.2.53/32` or `2001:db8::53/128`.
struct RoutePrefix: ExpressibleByArgument, Equatable {
    /// As it was written, and checked.
    let text: String

    init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let length = UInt8(parts[1]), "\(length)" == parts[1] else { return nil }
        var four = in_addr()
        var six = in6_addr()
        // SAFETY: each outlives the call that fills it.
        let isFour = unsafe inet_pton(AF_INET, String(parts[0]), &four) == 1
        let isSix = unsafe inet_pton(AF_INET6, String(parts[0]), &six) == 1
        guard isFour && length <= 32 || isSix && length <= 128 else { return nil }
        text = argument
    }
}
