// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Names, labels and numbers of the Prometheus text format 0.0.4.
enum MetricText {
    /// The label as a metric name: characters outside `[a-zA-Z0-9_:]` become `_`.
    static func name(_ label: String) -> String {
        var name = ""
        for scalar in label.unicodeScalars {
            let keeps = scalar.isASCII && (scalar.properties.isAlphabetic || scalar == "_" || scalar == ":")
            let digit = ("0"..."9").contains(scalar)
            if digit && name.isEmpty { name.append("_") }
            name.unicodeScalars.append(keeps || digit ? scalar : "_")
        }
        return name.isEmpty ? "_" : name
    }

    /// `key="value",…` without braces; empty for no labels.
    static func labels(_ labels: [(String, String)]) -> String {
        labels.map { "\(name($0))=\"\(escape($1, quotes: true))\"" }.joined(separator: ",")
    }

    /// `name{labels} value\n`.
    static func line(_ name: String, _ labels: String, _ value: String) -> String {
        labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    /// Escapes a HELP text or, with quotes, a label value.
    static func escape(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": escaped += "\\\\"
            case "\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.unicodeScalars.append(character)
            }
        }
        return escaped
    }

    /// A number as Prometheus reads it; whole numbers without a fraction.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if let whole = Int64(exactly: value), whole.magnitude < 1 << 53 { return String(whole) }
        return value.description
    }
}
