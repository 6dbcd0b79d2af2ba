// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// A value that must not reach a log: every description of it is `***`.
package struct Secret<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    private let value: Value

    package init(_ value: Value) {
        self.value = value
    }

    /// The value itself; each call is a deliberate disclosure.
    package func reveal() -> Value {
        value
    }

    package var description: String {
        "***"
    }

    package var debugDescription: String {
        "***"
    }

    package var customMirror: Mirror {
        Mirror(self, children: [])
    }
}
