// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A checked value of an option.
enum OptionValue: Sendable, Equatable {
    case text(String)
    case integer(Int)
    case boolean(Bool)
    case duration(Duration)
    case addresses([HostPort])
    case list([String])

    /// Reads a value, or says why the text is not one of `kind`.
    init(_ text: String, kind: OptionKind) throws(OptionValueProblem) {
        switch kind {
        case .string:
            self = .text(text)
        case .path:
            guard !text.isEmpty else { throw OptionValueProblem("a path is needed") }
            self = .text(text)
        case .integer(let range):
            guard let number = Int(text) else { throw OptionValueProblem("is not a whole number") }
            guard range.contains(number) else {
                throw OptionValueProblem("is not between \(range.lowerBound) and \(range.upperBound)")
            }
            self = .integer(number)
        case .boolean:
            switch text.lowercased() {
            case "true", "yes", "on", "1": self = .boolean(true)
            case "false", "no", "off", "0": self = .boolean(false)
            default: throw OptionValueProblem("is neither true nor false")
            }
        case .duration:
            guard let duration = Duration(optionText: text) else {
                throw OptionValueProblem("is not a time such as 250ms, 10s, 5m, 2h or 1d")
            }
            self = .duration(duration)
        case .address:
            guard let address = HostPort(text) else {
                throw OptionValueProblem("is not host:port (IPv6 as [address]:port)")
            }
            self = .addresses([address])
        case .addressList:
            self = .addresses(
                try Self.elements(text).map { element throws(OptionValueProblem) in
                    guard let address = HostPort(element) else {
                        throw OptionValueProblem("has the element \"\(element)\", which is not host:port")
                    }
                    return address
                }
            )
        case .list:
            self = .list(Self.elements(text))
        case .choice(let words):
            guard words.contains(text) else {
                throw OptionValueProblem("is not one of \(words.joined(separator: ", "))")
            }
            self = .text(text)
        }
    }

    private static func elements(_ text: String) -> [String] {
        text.split(separator: ",").map { String($0.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
    }
}

/// Why a text is not a value of its kind: the end of a sentence that begins with the value.
struct OptionValueProblem: Error {
    let reason: String

    init(_ reason: String) {
        self.reason = reason
    }
}
