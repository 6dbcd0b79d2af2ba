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
    /// Whether the owner of the answer is a target too, which no record data spells out (RFC 9460 2.5.2).
    var includesOwner = false
    private static let capacity = 512

    init() {
        unsafe list = .allocate(capacity: Self.capacity)
    }

    deinit {
        unsafe list.deallocate()
    }

    var isEmpty: Bool { count == 0 && !includesOwner }

    subscript(index: Int) -> AdditionalTarget {
        precondition(index < count, "a target that was not added")
        return unsafe list[index]
    }

    mutating func clear() {
        count = 0
        includesOwner = false
    }

    mutating func truncate(to count: Int) {
        self.count = min(self.count, count)
    }

    /// Adds a target, or what it has more than the one that is there of the same name.
    mutating func append(_ target: AdditionalTarget) {
        for index in 0..<count where unsafe list[index].isSame(as: target) {
            if target.hasAddresses { unsafe list[index].hasAddresses = true }
            if target.other != 0 { unsafe list[index].other = target.other }
            if target.source == TypeNumber.ns { unsafe list[index].source = target.source }
            return
        }
        guard count < Self.capacity else { return }
        unsafe (list + count).initialize(to: target)
        count &+= 1
    }
}
