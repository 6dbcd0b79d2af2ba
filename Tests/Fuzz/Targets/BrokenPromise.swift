// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A property that does not hold for an input: what a fuzz target finds besides traps.
package struct BrokenPromise: Error, Sendable, Hashable, CustomStringConvertible {
    /// What should hold, in words.
    package let description: String

    /// A promise, in words, that was broken.
    package init(_ description: String) {
        self.description = description
    }
}

/// Throws when a property does not hold.
func promise(_ holds: Bool, _ what: @autoclosure () -> String) throws(BrokenPromise) {
    if !holds { throw BrokenPromise(what()) }
}

/// The value of what must not fail on an input that was accepted before.
func promised<Value, Failure: Error>(
    _ what: String,
    _ value: () throws(Failure) -> Value
) throws(BrokenPromise) -> Value {
    do {
        return try value()
    } catch {
        throw BrokenPromise("\(what): \(error)")
    }
}
