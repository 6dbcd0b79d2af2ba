// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import ZoneStore

extension Responder {
    /// Answers the few names of class CH (RFC 4892) if the configuration has a text for them.
    mutating func answerChaos() {
        let text: [UInt8]?
        if unsafe Self.versionNames(key.folded) {
            text = configuration.versionText
        } else if unsafe Self.identityNames(key.folded) {
            text = configuration.identityText
        } else {
            text = nil
        }
        guard let text, state.type == TypeNumber.txt || state.type == TypeNumber.any else {
            state.code = ResponseCode.refused
            return
        }
        state.isAuthoritative = true
        let length = min(text.count, 255)
        let start = writer.mark
        let classPosition = writer.position &+ 4
        guard writer.putRecordStart(.written(at: MessageSize.header), type: TypeNumber.txt, ttl: 0),
            writer.position &+ 3 &+ length <= writer.limit
        else {
            writer.rewind(to: start)
            state.isTruncated = true
            return
        }
        unsafe writer.base.set(ClassNumber.chaos, at: classPosition)
        unsafe writer.base.set(UInt16(truncatingIfNeeded: length &+ 1), at: writer.position)
        unsafe writer.base.set(UInt8(truncatingIfNeeded: length), at: writer.position &+ 2)
        writer.position &+= 3
        for index in 0..<length {
            unsafe writer.base.set(text[index], at: writer.position &+ index)
        }
        writer.position &+= length
        writer.count(.answer, 1)
    }

    /// `version.bind` and `version.server` as keys: labels in reverse, each closed by a zero octet.
    private static func versionNames(_ key: UnsafeRawBufferPointer) -> Bool {
        unsafe isKey(key, "bind\0version\0") || isKey(key, "server\0version\0")
    }

    /// `hostname.bind` and `id.server` as keys.
    private static func identityNames(_ key: UnsafeRawBufferPointer) -> Bool {
        unsafe isKey(key, "bind\0hostname\0") || isKey(key, "server\0id\0")
    }

    private static func isKey(_ key: UnsafeRawBufferPointer, _ expected: StaticString) -> Bool {
        let wanted = unsafe UnsafeRawBufferPointer(start: expected.utf8Start, count: expected.utf8CodeUnitCount)
        return unsafe key.elementsEqual(wanted)
    }
}
