// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What the U-label of a name may be made of: the rules of IDNA2008 (RFC 5892 sections 2 and 3, RFC 5891 section 4.2),
/// from the properties of Unicode that the standard library has.
///
/// Labels are in lower case before they come here. The order of right-to-left scripts (RFC 5893) is not judged: its
/// breach misleads readers, and the registry above has the last word on that.
enum InternationalCharacters {
    /// Whether the scalars can form a U-label.
    static func mayForm(_ label: [Unicode.Scalar]) -> Bool {
        guard let first = label.first, label.last != "-", first != "-", !isMark(first),
            !(label.count > 3 && label[2] == "-" && label[3] == "-")
        else {
            return false
        }
        return label.indices.allSatisfy { isAllowed(label, at: $0) }
    }

    /// Valid in the category's own right, or by the scalars around it (RFC 5892 appendix A).
    private static func isAllowed(_ label: [Unicode.Scalar], at index: Int) -> Bool {
        let scalar = label[index]
        let before = index > 0 ? label[index - 1] : nil
        let after = index + 1 < label.count ? label[index + 1] : nil
        switch scalar.value {
        // Sharp s, final sigma and others that are letters of their own (RFC 5892 section 2.6).
        case 0x00DF, 0x03C2, 0x06FD, 0x06FE, 0x0F0B, 0x3007: return true
        case 0x0640, 0x07FA, 0x302E, 0x302F, 0x3031...0x3035, 0x303B: return false
        // The zero-width non-joiner and joiner, behind a virama. Where the joining of letters would allow the former,
        // that is not looked at.
        case 0x200C, 0x200D: return before?.properties.canonicalCombiningClass == .virama
        // The middle dot, between two l.
        case 0x00B7: return before == "l" && after == "l"
        case 0x0375: return after.map { (0x0370...0x03FF).contains($0.value) || isExtendedGreek($0) } ?? false
        // Geresh and gershayim.
        case 0x05F3, 0x05F4: return before.map { (0x0591...0x05F4).contains($0.value) } ?? false
        case 0x30FB: return label.contains { isJapanese($0) }
        // Two sets of digits that look alike are not mixed.
        case 0x0660...0x0669: return !label.contains { (0x06F0...0x06F9).contains($0.value) }
        case 0x06F0...0x06F9: return !label.contains { (0x0660...0x0669).contains($0.value) }
        default: return isValid(scalar)
        }
    }

    private static func isValid(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return scalar == "-" || RecordName.isDigit(UInt8(truncatingIfNeeded: scalar.value))
                || ("a"..."z").contains(scalar)
        }
        switch scalar.value {
        // Old Hangul is written with syllables, and musical symbols are none of a name (RFC 5892 sections 2.5 and 2.9).
        case 0x1100...0x11FF, 0xA960...0xA97F, 0xD7B0...0xD7FF, 0x20D0...0x20FF, 0x1D100...0x1D24F: return false
        // Marks that belong to the letter before them in the composed form, which names have to be in (RFC 5891 4.1).
        case 0x0300...0x036F, 0x0653...0x0655, 0x3099, 0x309A: return false
        default: break
        }
        let properties = scalar.properties
        // A letter in capitals, of another width or of a second form stands for the one that it is folded to.
        guard !properties.changesWhenNFKCCaseFolded, !properties.isDefaultIgnorableCodePoint else {
            return false
        }
        switch properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark, .decimalNumber: return true
        default: return false
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }

    private static func isExtendedGreek(_ scalar: Unicode.Scalar) -> Bool {
        (0x1F00...0x1FFF).contains(scalar.value)
    }

    /// Hiragana, Katakana or Han.
    private static func isJapanese(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30FB: false
        case 0x3041...0x30FF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x3FFFF:
            true
        default: scalar.value == 0x3005 || scalar.value == 0x3007
        }
    }
}
