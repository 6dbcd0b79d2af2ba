// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The CRC-32 of IEEE 802.3 (reflected, polynomial 0xEDB88320): finds mistyped tokens without asking the database.
enum CRC32 {
    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var state = UInt32.max
        for byte in bytes {
            state ^= UInt32(byte)
            for _ in 0..<8 {
                state = state & 1 == 1 ? state >> 1 ^ 0xEDB8_8320 : state >> 1
            }
        }
        return ~state
    }
}
