// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

extension [Double] {
    /// The value that a share of the sorted values does not exceed; 0 for none.
    func percentile(_ share: Double) -> Double {
        guard !isEmpty else { return 0 }
        return self[Swift.min(count - 1, Int((Double(count) * share).rounded(.up)) - 1)]
    }
}
