// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The fields of a delegation signer record that its owner writes. Those of the DS form are nil in the key form, and
/// the other way round.
package struct DelegationSignerData: Hashable, Sendable {
    package var algorithm: String?
    package var digest: String?
    package var digestType: String?
    package var keytag: String?
    /// Base64 (RFC 4034 section 2.2).
    package var publicKey: String?

    package init(algorithm: String?, digest: String?, digestType: String?, keytag: String?, publicKey: String?) {
        self.algorithm = algorithm
        self.digest = digest
        self.digestType = digestType
        self.keytag = keytag
        self.publicKey = publicKey
    }

    /// Hexadecimal digits of a digest, by its type (RFC 4509, RFC 5933, RFC 6605).
    private static let digestLengths = [1: 40, 2: 64, 3: 64, 4: 96]

    /// The data as it is kept: numbers without leading zeros, the digest in capitals, blanks as nil.
    ///
    /// - Throws: `ValidationErrors` with every fault.
    package func validated() throws(ValidationErrors) -> DelegationSignerData {
        var errors = ValidationErrors()
        var data = self
        let key = Self.compact(publicKey)
        let hasDigest = [digest, digestType, keytag].contains { Self.compact($0) != nil }
        data.publicKey = key
        data.algorithm = Self.number(algorithm, 1...254, "algorithm", isRequired: true, &errors)
        data.keytag = Self.number(keytag, 0...65_535, "keytag", isRequired: key == nil || hasDigest, &errors)
        data.digestType = Self.number(digestType, 1...255, "digest_type", isRequired: key == nil || hasDigest, &errors)
        data.digest = Self.compact(digest)?.uppercased()
        if let digest = data.digest {
            let length = data.digestType.flatMap { Int($0) }.flatMap { Self.digestLengths[$0] } ?? digest.utf8.count
            if !digest.utf8.allSatisfy(Self.isHexadecimal) || digest.utf8.count % 2 != 0 || digest.utf8.count > 512 {
                errors.add("digest", "must be hexadecimal digits")
            } else if digest.utf8.count != length {
                errors.add("digest", "is the wrong length (should be \(length) characters)")
            }
        } else if key == nil || hasDigest {
            errors.add("digest", "can't be blank")
        }
        if let key, !Self.isBase64(key) {
            errors.add("public_key", "must be Base64")
        }
        try errors.throwIfAny()
        return data
    }

    private static func number(
        _ text: String?,
        _ range: ClosedRange<Int>,
        _ field: String,
        isRequired: Bool,
        _ errors: inout ValidationErrors
    ) -> String? {
        guard let text = compact(text) else {
            if isRequired {
                errors.add(field, "can't be blank")
            }
            return nil
        }
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text) else {
            errors.add(field, "is not a number")
            return nil
        }
        guard range.contains(value) else {
            errors.add(field, "must be from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return String(value)
    }

    /// The text without its white space, which both forms may be written with; nil when nothing is left.
    private static func compact(_ text: String?) -> String? {
        let text = text?.filter { !$0.isWhitespace } ?? ""
        return text.isEmpty ? nil : text
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }

    private static func isBase64(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        let padding = bytes.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        return bytes.count.isMultiple(of: 4) && padding <= 2 && bytes.count <= 5_464
            && bytes.dropLast(padding).allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "+"), UInt8(ascii: "/"): true
                default: false
                }
            }
    }
}
