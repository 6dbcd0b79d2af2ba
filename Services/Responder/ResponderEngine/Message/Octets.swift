// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Big-endian access for the engine's own buffers. Callers have checked the bounds.
extension UnsafeRawPointer {
    @inline(__always)
    func word(at offset: Int) -> UInt16 {
        unsafe UInt16(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    @inline(__always)
    func octet(at offset: Int) -> UInt8 {
        unsafe load(fromByteOffset: offset, as: UInt8.self)
    }
}

extension UnsafeMutableRawPointer {
    @inline(__always)
    func set(_ value: UInt16, at offset: Int) {
        unsafe storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt16.self)
    }

    @inline(__always)
    func set(_ value: UInt32, at offset: Int) {
        unsafe storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt32.self)
    }

    @inline(__always)
    func set(_ value: UInt8, at offset: Int) {
        unsafe storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
    }
}
