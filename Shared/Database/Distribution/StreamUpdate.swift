// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What brings a tracker of the published state up to the head of the stream.
package struct StreamUpdate: Sendable {
    package let epoch: String
    package let position: Int64
    /// Whether `changes` are all live zones, and what was known before is void.
    package let isWhole: Bool
    package let changes: [StreamChange]
}
