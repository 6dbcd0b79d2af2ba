// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// What operators have said about one flag.
package struct FlagRules: Sendable, Hashable {
    /// For how many percent of the accounts it is on: 100 is all and 0 nobody. Nil: nothing was said.
    package var share: Int?
    /// Single accounts, users and tokens.
    package var exceptions: [FlagTarget: Bool]

    package init(share: Int? = nil, exceptions: [FlagTarget: Bool] = [:]) {
        self.share = share
        self.exceptions = exceptions
    }

    /// Whether `flag` is on for `subject`.
    package func isOn(_ flag: FeatureFlag, for subject: FlagSubject) -> Bool {
        let account = subject.account.flatMap { exceptions[.account($0)] }
        let actors = subject.actors.compactMap { exceptions[.actor($0)] }
        switch flag.kind {
        case .killSwitch:
            return share != 0 && account != false && !actors.contains(false)
        case .feature:
            // Of a user and a token that disagree the one that has it off counts.
            if !actors.isEmpty { return !actors.contains(false) }
            return account ?? isInShare(flag, subject) ?? flag.isOnByDefault
        }
    }

    /// Nil without a share.
    private func isInShare(_ flag: FeatureFlag, _ subject: FlagSubject) -> Bool? {
        guard let share else { return nil }
        guard share > 0, share < 100 else { return share == 100 }
        let key = subject.account.map { FlagTarget.account($0).text } ?? subject.actors.first?.text
        // Nobody in particular is in no part of all.
        guard let key else { return false }
        return Self.percentile(of: key, in: flag.name) < share
    }

    /// From 0 to 99, always the same for a flag and a key: whoever is in a share is also in every greater one, and
    /// another flag's share has others.
    static func percentile(of key: String, in flag: String) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in "\(flag)/\(key)".utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        }
        // The low bits of FNV-1a alone are not even enough over short keys that differ in one digit.
        hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
        hash = (hash ^ (hash >> 33)) &* 0xc4ce_b9fe_1a85_ec53
        hash ^= hash >> 33
        return Int(hash % 100)
    }
}
