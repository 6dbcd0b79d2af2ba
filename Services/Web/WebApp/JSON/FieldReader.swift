// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Domain

/// Reads the fields of a JSON object, and collects what is wrong with their types, all of it and by field.
///
/// A field that is absent or `null` reads as nil: many clients send `null` for what they do not mean to set.
struct FieldReader {
    private let object: JSONObject
    /// The fields of a wrong type so far.
    private(set) var errors = ValidationErrors()

    init(_ object: JSONObject) {
        self.object = object
    }

    /// The text of `field`.
    mutating func string(_ field: String) -> String? {
        switch self.object[field] {
        case nil, .null: return nil
        case .string(let text): return text
        default:
            self.errors.add(field, "must be a string")
            return nil
        }
    }

    /// The whole number of `field`. Text is no number, even where it looks like one.
    mutating func integer(_ field: String) -> Int64? {
        switch self.object[field] {
        case nil, .null: return nil
        case .integer(let number): return number
        case .decimal(let number):
            // JSON has one kind of number: 3600.0 is a whole one.
            if let whole = Int64(exactly: number) { return whole }
            self.errors.add(field, number.rounded() == number ? "is out of range" : "must be an integer")
            return nil
        default:
            self.errors.add(field, "is not a number")
            return nil
        }
    }

    /// The truth value of `field`.
    mutating func boolean(_ field: String) -> Bool? {
        switch self.object[field] {
        case nil, .null: return nil
        case .bool(let value): return value
        default:
            self.errors.add(field, "must be true or false")
            return nil
        }
    }

    /// The texts of the list `field`.
    mutating func strings(_ field: String) -> [String]? {
        guard let elements = self.array(field) else { return nil }
        var texts: [String] = []
        for element in elements {
            guard case .string(let text) = element else {
                self.errors.add(field, "must be an array of strings")
                return nil
            }
            texts.append(text)
        }
        return texts
    }

    /// The elements of the list `field`.
    mutating func array(_ field: String) -> [JSONValue]? {
        switch self.object[field] {
        case nil, .null: return nil
        case .array(let elements): return elements
        default:
            self.errors.add(field, "must be an array")
            return nil
        }
    }
}
