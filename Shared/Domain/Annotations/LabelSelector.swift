// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// Which labels something must have to be listed: `env=prod,critical` wants `env` with this value and any `critical`.
package struct LabelSelector: Hashable, Sendable {
    /// Keys that must be there.
    package private(set) var keys: [String] = []
    /// Keys that must have this value.
    package private(set) var values: [String: String] = [:]

    /// The selector of a query's `label`.
    ///
    /// - Throws: `ValidationErrors` for `label`.
    package init(_ text: String) throws(ValidationErrors) {
        let terms = text.split(separator: ",", omittingEmptySubsequences: false)
        guard terms.count <= LabelSet.maximumCount else {
            throw ValidationErrors("label", "is too long (maximum is \(LabelSet.maximumCount) labels)")
        }
        for term in terms {
            let parts = term.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map { String($0) }
            guard LabelSet.isKey(parts[0]), !text.utf8.contains(0) else {
                throw ValidationErrors("label", "`\(term)` is not key or key=value")
            }
            guard parts.count == 2 else {
                keys.append(parts[0])
                continue
            }
            if let other = values[parts[0]], other != parts[1] {
                throw ValidationErrors("label", "asks for two values of `\(parts[0])`")
            }
            values[parts[0]] = parts[1]
        }
    }
}
