// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Takes out of a text what belongs to a customer or is a secret, and what differs from one time to the next.
///
/// What stays are words: letters, and the punctuation between them. Numbers, quoted texts, addresses, names with a dot,
/// and long tokens become a word that says what they were, so that texts which differ in these only are the same.
enum ErrorRedaction {
    /// More of a text is not looked at.
    static let maximumInput = 2_000
    /// Longest text that is kept, in characters.
    static let maximumLength = 300
    /// Longer words without any other sign are taken for keys.
    private static let longestWord = 30

    static func redact(_ text: String) -> String {
        let characters = Array(text.prefix(maximumInput))
        var result = ""
        var index = 0
        while index < characters.count, result.count < maximumLength {
            let character = characters[index]
            if let closing = closingQuote(character),
                let end = characters[(index + 1)...].firstIndex(of: closing),
                character != "'" || !isWord(characters, before: index)
            {
                result += "<text>"
                index = end + 1
            } else if isPart(character) {
                let end = characters[index...].firstIndex { !isPart($0) } ?? characters.count
                result += word(characters[index..<end])
                index = end
            } else {
                if !(character.isWhitespace && result.last == " ") {
                    result.append(character.isWhitespace ? " " : character)
                }
                index += 1
            }
        }
        return String(result.prefix(maximumLength))
    }

    /// An apostrophe within a word opens nothing.
    private static func isWord(_ characters: [Character], before index: Int) -> Bool {
        index > 0 && characters[index - 1].isLetter
    }

    private static func closingQuote(_ character: Character) -> Character? {
        switch character {
        case "\"", "'", "`": character
        case "“": "”"
        default: nil
        }
    }

    /// What names, numbers, addresses, URLs and keys are made of.
    private static func isPart(_ character: Character) -> Bool {
        character.isLetter || character.isNumber || "._-+@/:=%*\\~".contains(character)
    }

    private static func word(_ word: ArraySlice<Character>) -> String {
        // Punctuation at the end of a clause is none of the word's.
        let core = word.reversed().drop { ".:=/-".contains($0) }.reversed()
        let tail = String(word.suffix(word.count - core.count))
        guard !core.isEmpty else { return tail }
        if core.contains("@") { return "<address>" + tail }
        if core.contains(where: \.isNumber) { return "<id>" + tail }
        if core.contains(".") || core.contains("/") || core.contains("=") || core.contains("\\") {
            return "<name>" + tail
        }
        return (core.count > longestWord || !core.allSatisfy(\.isASCII) ? "<id>" : String(core)) + tail
    }
}
