// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// An RRset as it lies in the file's map: valid until its reader's batch ends.
@usableFromInline
@frozen
@safe
package struct RRsetView {
    // SAFETY: points to `rrsetHeaderLength + byteCount` octets that `NodeView` has found to lie within the value.
    @usableFromInline let base: UnsafeRawPointer

    @inlinable
    init(base: UnsafeRawPointer) {
        unsafe self.base = base
    }

    /// Octets in front of the records.
    @inlinable static var headerLength: Int { 12 }

    /// The number of the type.
    @inlinable package var type: UInt16 { unsafe UInt16(bigEndian: base.loadUnaligned(as: UInt16.self)) }
    /// The number of records.
    @inlinable package var count: Int {
        Int(unsafe UInt16(bigEndian: base.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
    }
    /// The time to live, in seconds.
    @inlinable package var ttl: UInt32 {
        unsafe UInt32(bigEndian: base.loadUnaligned(fromByteOffset: 4, as: UInt32.self))
    }
    /// The octets of all records, each with its length in two octets in front.
    @inlinable package var records: UnsafeRawBufferPointer {
        unsafe UnsafeRawBufferPointer(start: base + Self.headerLength, count: byteCount)
    }

    @inlinable var byteCount: Int {
        Int(unsafe UInt32(bigEndian: base.loadUnaligned(fromByteOffset: 8, as: UInt32.self)))
    }
}
