// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The names whose addresses belong into the additional section: a list of fixed room that is used again.
///
/// Names beyond the room get no addresses; a message has no place for so many anyway.
@safe
struct AdditionalTargets: ~Copyable {
    // SAFETY: allocated with `capacity` places, freed in deinit; indices are checked against `count`.
    private let list: UnsafeMutablePointer<AdditionalTarget>
    private(set) var count = 0
    private static let capacity = 512

    init() {
        unsafe list = .allocate(capacity: Self.capacity)
    }

    deinit {
        unsafe list.deallocate()
    }

    var isEmpty: Bool { count == 0 }

    subscript(index: Int) -> AdditionalTarget {
        precondition(index < count, "a target that was not added")
        return unsafe list[index]
    }

    mutating func clear() {
        count = 0
    }

    mutating func truncate(to count: Int) {
        self.count = min(self.count, count)
    }

    /// Adds a target, unless the same name of the same kind is there already.
    mutating func append(_ target: AdditionalTarget) {
        guard count < Self.capacity else { return }
        if target.offset > 0 {
            for index in 0..<count where unsafe list[index].offset == target.offset { return }
        }
        unsafe (list + count).initialize(to: target)
        count &+= 1
    }
}
