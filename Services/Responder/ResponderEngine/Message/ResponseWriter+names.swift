// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Glibc

extension ResponseWriter {
    /// Writes the name at the start of `wire` with compression: its length there, or 0 when it is malformed or has no
    /// room. `lastName` says where it stands then.
    mutating func putName(_ wire: UnsafeRawBufferPointer) -> Int {
        if names.count == 0 { noteQuestion() }
        guard unsafe names.take(wire), let name = wire.baseAddress else { return 0 }
        let length = names.length
        // What is in front of the known end is written out, then a pointer, or the root.
        let suffix = names.suffix()
        let closing = suffix.place == 0 ? 1 : 2
        guard position &+ suffix.start &+ closing <= limit else { return 0 }
        let start = position
        if suffix.start > 0 { unsafe memcpy(base + start, name, suffix.start) }
        position &+= suffix.start
        if suffix.place == 0 {
            unsafe base.set(0 as UInt8, at: position)
        } else {
            unsafe base.set(0xC000 | UInt16(truncatingIfNeeded: suffix.place), at: position)
        }
        position &+= closing
        lastName = names.keep(from: suffix.start, at: start, before: suffix.place)
        return length
    }

    /// Makes the question's name something to point to: put off until a name is written, as many answers have none.
    private mutating func noteQuestion() {
        let question = unsafe UnsafeRawBufferPointer(
            start: base + MessageSize.header,
            count: max(0, position &- MessageSize.header)
        )
        guard unsafe names.take(question) else { return }
        _ = names.keep(from: names.length &- 1, at: MessageSize.header, before: 0)
    }
}
