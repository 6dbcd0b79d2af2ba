// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Foundation

/// Why a command of the operator could not do its work: one sentence that names what is wrong.
struct ControlError: Error, CustomStringConvertible, LocalizedError {
    /// The sentence, without a final newline.
    let description: String

    init(_ description: String) {
        self.description = description
    }

    var errorDescription: String? { description }
}

/// The text of the C library for the current `errno`.
func systemErrorText(_ code: Int32 = errno) -> String {
    // SAFETY: strerror returns a NUL-terminated string that is copied at once.
    unsafe String(cString: strerror(code))
}
