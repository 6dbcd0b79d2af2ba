// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing

@testable import Domain

@Suite struct FlagRulesTests {
    private let feature = FeatureFlag("new_editor", .feature, .subjects, "Tests only.")

    @Test func whatIsNotDeclaredIsOffWhateverItsRules() {
        let table = FlagTable(version: 1, rules: ["never_declared": FlagRules(share: 100)])
        #expect(!table.isOn(named: "never_declared"))
        #expect(table.isOn(named: "writes"))
        #expect(!FlagTable(rules: ["writes": FlagRules(share: 0)]).isOn(named: "writes"))
    }

    @Test func declaredNamesAreUniqueAndDescribed() {
        #expect(Set(FeatureFlag.all.map(\.name)).count == FeatureFlag.all.count)
        #expect(FeatureFlag.all.allSatisfy { !$0.summary.isEmpty && $0.name.utf8.count <= 64 })
        for flag in FeatureFlag.all { #expect(FlagTable().isOn(flag) == (flag.kind == .killSwitch)) }
    }

    @Test func ofAFeatureTheNarrowestRuleCounts() {
        let rules = FlagRules(
            share: 0,
            exceptions: [.account(7): true, .actor(.user(3)): false, .actor(.token(9)): true, .account(8): false]
        )
        #expect(!rules.isOn(feature, for: .everybody))
        #expect(rules.isOn(feature, for: FlagSubject(account: 7)))
        #expect(!rules.isOn(feature, for: FlagSubject(account: 7, actors: [.user(3)])))
        #expect(rules.isOn(feature, for: FlagSubject(account: 8, actors: [.token(9)])))
        #expect(!rules.isOn(feature, for: FlagSubject(account: 7, actors: [.token(9), .user(3)])))
        #expect(!FlagRules().isOn(feature, for: FlagSubject(account: 7)))
    }

    @Test func aSwitchIsOffForWhomAnyRuleSaysSo() {
        #expect(!FlagRules(share: 0, exceptions: [.account(7): true]).isOn(.writes, for: FlagSubject(account: 7)))
        let rules = FlagRules(share: 100, exceptions: [.account(7): false, .actor(.user(3)): false])
        #expect(rules.isOn(.writes, for: .everybody))
        #expect(!rules.isOn(.writes, for: FlagSubject(account: 7, actors: [.user(1)])))
        #expect(!rules.isOn(.writes, for: FlagSubject(account: 1, actors: [.user(3)])))
        #expect(rules.isOn(.writes, for: FlagSubject(account: 1, actors: [.user(1), .token(7)])))
    }

    @Test func aGreaterShareHasAllOfASmallerOneAndAboutSoMany() {
        var before: Set<Int64> = []
        for share in [0, 1, 10, 25, 50, 99, 100] {
            let rules = FlagRules(share: share)
            let now = Set((1...10_000).filter { rules.isOn(feature, for: FlagSubject(account: $0)) })
            #expect(now.isSuperset(of: before))
            // Four standard deviations of 10,000 draws are at most 200.
            #expect(abs(now.count - share * 100) <= 200)
            before = now
        }
        #expect(before.count == 10_000)
        #expect(!FlagRules(share: 99).isOn(feature, for: .everybody))
    }

    @Test func sharesOfTwoFlagsAreNotTheSameAccounts() {
        let other = FeatureFlag("other", .feature, .subjects, "Tests only.")
        let rules = FlagRules(share: 50)
        let both = (1...10_000).count { account in
            let subject = FlagSubject(account: Int64(account))
            return rules.isOn(feature, for: subject) && rules.isOn(other, for: subject)
        }
        #expect(abs(both - 2_500) <= 200)
        // Released processes must agree for ever.
        #expect(FlagRules.percentile(of: "account:7", in: "new_editor") == 78)
    }

    @Test(arguments: ["", "user", "user:", "user:0", "user:-1", "user:07", "user:1:2", "account:1", "USER:1"])
    func whatIsNoActor(_ text: String) {
        #expect(FlagSubject.Actor(text) == nil)
    }

    @Test(arguments: ["*", "account:7", "user:12", "token:5"])
    func targetsAreReadAsTheyAreWritten(_ text: String) {
        #expect(FlagTarget(text)?.text == text)
        #expect(FlagTarget(text + "x") == nil)
    }

    @Test func switchesThatAreOffAreTold() {
        let table = FlagTable(
            version: 1,
            rules: [
                "webhooks": FlagRules(share: 0), "publication": FlagRules(share: 100),
                "writes": FlagRules(exceptions: [.account(9): false, .account(3): true, .actor(.user(1)): false]),
            ]
        )
        let off = table.switchesOff
        #expect(off.map(\.flag) == [.webhooks, .writes])
        #expect(off.map(\.targets) == [[.everybody], [.account(9), .actor(.user(1))]])
    }
}
