// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Glibc
internal import ZoneStore

extension ResponseWriter {
    /// Makes the question's name, at the start of the message's data, something to point to.
    mutating func noteQuestion(_ key: borrowing LookupKey) {
        var parent = 0
        var count = 1
        while count <= key.labels {
            let offset = MessageSize.header &+ key.offset(ofLast: count)
            unsafe names.insert(UnsafeRawPointer(base) + offset, at: offset, parent: parent)
            parent = offset
            count &+= 1
        }
    }

    /// Writes the name at the start of `wire` with compression: its length there, or 0 when it is malformed or has no
    /// room. `lastName` says where it stands then.
    mutating func putName(_ wire: UnsafeRawBufferPointer) -> Int {
        guard let name = wire.baseAddress else { return 0 }
        // SAFETY: the buffer is on the stack; a name has at most 127 labels, which `split` ensures.
        return unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 128) { offsets in
            guard let labels = unsafe Self.split(wire, into: offsets) else { return 0 }
            let length = labels.length
            var parent = 0
            var rest = labels.count
            while rest > 0 {
                let found = unsafe names.find(name + Int(offsets[rest &- 1]), parent: parent, in: base)
                if found == 0 { break }
                parent = found
                rest &-= 1
            }
            // What is left of the known suffix is written out, then a pointer, or the root.
            let literal = rest == labels.count ? length &- 1 : unsafe Int(offsets[rest])
            let closing = parent == 0 ? 1 : 2
            guard position &+ literal &+ closing <= limit else { return 0 }
            let start = position
            unsafe memcpy(base + start, name, literal)
            position &+= literal
            if parent == 0 {
                unsafe base.set(0 as UInt8, at: position)
            } else {
                unsafe base.set(0xC000 | UInt16(truncatingIfNeeded: parent), at: position)
            }
            position &+= closing
            var canBePointedTo = true
            while rest > 0 {
                rest &-= 1
                let offset = unsafe start &+ Int(offsets[rest])
                canBePointedTo = offset <= 0x3FFF
                guard canBePointedTo else { break }
                unsafe names.insert(name + Int(offsets[rest]), at: offset, parent: parent)
                parent = offset
            }
            lastName = canBePointedTo ? parent : -1
            return length
        }
    }

    /// The number of labels and the length of the name at the start of `wire`, each label's place in `offsets`; nil when
    /// it is malformed.
    private static func split(
        _ wire: UnsafeRawBufferPointer,
        into offsets: UnsafeMutableBufferPointer<UInt8>
    ) -> (count: Int, length: Int)? {
        var index = 0
        var count = 0
        while true {
            guard index < wire.count else { return nil }
            let length = unsafe Int(wire[index])
            if length == 0 { return (count, index &+ 1) }
            guard length <= 63, index &+ length < 254 else { return nil }
            unsafe offsets[count] = UInt8(truncatingIfNeeded: index)
            count &+= 1
            index &+= 1 &+ length
        }
    }
}
