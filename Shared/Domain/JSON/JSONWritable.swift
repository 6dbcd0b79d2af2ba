// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What can be written as one JSON value.
package protocol JSONWritable {
    func write(to json: inout JSONWriter)
}

extension String: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.string(self)
    }
}

extension Bool: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.rawValue((self ? "true" : "false").utf8)
    }
}

extension Int: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.rawValue(String(self).utf8)
    }
}

extension Int64: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.rawValue(String(self).utf8)
    }
}

extension Int32: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.rawValue(String(self).utf8)
    }
}

extension Optional: JSONWritable where Wrapped: JSONWritable {
    package func write(to json: inout JSONWriter) {
        switch self {
        case .some(let value): value.write(to: &json)
        case .none: json.rawValue("null".utf8)
        }
    }
}

extension Array: JSONWritable where Element: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.array { json in
            for element in self {
                json.value(element)
            }
        }
    }
}

extension Timestamp: JSONWritable {
    package func write(to json: inout JSONWriter) {
        json.string(iso8601)
    }
}
