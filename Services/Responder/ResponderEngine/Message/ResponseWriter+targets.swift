// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The names in record data that have further records in the additional section.
extension ResponseWriter {
    /// Writes the name at `offset` of a record's data, with compression, and notes it: where it ends, or 0.
    mutating func putTarget(_ data: UnsafeRawBufferPointer, at offset: Int, of type: UInt16) -> Int {
        let wire = unsafe UnsafeRawBufferPointer(rebasing: data[offset...])
        let length = unsafe putName(wire)
        guard length > 0 else { return 0 }
        if length > 1, type == TypeNumber.ns || type == TypeNumber.mx || type == TypeNumber.mb {
            unsafe targets.append(AdditionalTarget(wire: wire, offset: lastName, source: type))
        }
        return offset &+ length
    }

    /// Notes the name in the data of a type that must not be compressed but has additional data.
    mutating func noteTarget(_ data: UnsafeRawBufferPointer, of type: UInt16) {
        switch type {
        case TypeNumber.srv:
            unsafe note(data, at: 6, of: type)
        case TypeNumber.kx, TypeNumber.rt, TypeNumber.afsdb:
            unsafe note(data, at: 2, of: type)
        case TypeNumber.svcb, TypeNumber.https:
            unsafe noteService(data, of: type)
        case TypeNumber.naptr:
            unsafe notePointer(data)
        default: return
        }
    }

    /// Service bindings (RFC 9460 4.1): in ServiceMode the target `.` is the owner (2.5.2) and the others have addresses;
    /// in AliasMode `.` says that there is no service (2.5.1) and the others have bindings too.
    private mutating func noteService(_ data: UnsafeRawBufferPointer, of type: UInt16) {
        guard data.count >= 3 else { return }
        let isAlias = unsafe data[0] == 0 && data[1] == 0
        if unsafe data[2] == 0 {
            if !isAlias { targets.includesOwner = true }
            return
        }
        unsafe note(data, at: 2, of: type, wanting: isAlias ? type : 0)
    }

    /// NAPTR (RFC 3403 4.1, 6): the flag `A` leads to addresses, `S` to SRV records; others lead to nothing at once.
    private mutating func notePointer(_ data: UnsafeRawBufferPointer) {
        guard data.count > 6, unsafe data[4] == 1 else { return }
        var position = 4
        for _ in 0..<3 {
            guard position < data.count else { return }
            position &+= unsafe 1 &+ Int(data[position])
        }
        switch unsafe data[5] | 0x20 {
        case UInt8(ascii: "a"): unsafe note(data, at: position, of: TypeNumber.naptr)
        case UInt8(ascii: "s"):
            unsafe note(data, at: position, of: TypeNumber.naptr, wanting: TypeNumber.srv, hasAddresses: false)
        default: return
        }
    }

    private mutating func note(
        _ data: UnsafeRawBufferPointer,
        at start: Int,
        of type: UInt16,
        wanting other: UInt16 = 0,
        hasAddresses: Bool = true
    ) {
        guard start < data.count, unsafe data[start] != 0 else { return }
        let wire = unsafe UnsafeRawBufferPointer(rebasing: data[start...])
        unsafe targets.append(
            AdditionalTarget(wire: wire, offset: -1, source: type, other: other, hasAddresses: hasAddresses)
        )
    }
}
