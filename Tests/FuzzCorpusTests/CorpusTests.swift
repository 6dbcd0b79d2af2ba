// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import FuzzTargets
import Testing

@Suite struct CorpusTests {
    @Test("Every input of the corpus keeps all promises", arguments: FuzzTarget.allCases)
    func corpus(target: FuzzTarget) throws {
        let corpus = try Corpus(target)
        #expect(corpus.inputs.count >= 20)
        let check = try target.makeCheck()
        for (index, input) in corpus.inputs.enumerated() {
            do throws(BrokenPromise) {
                try check.check(input)
            } catch {
                Issue.record("\(target.rawValue), line \(index + 1) of its corpus: \(error)")
            }
        }
    }

    @Test("Inputs of the corpus with random damage keep all promises", arguments: FuzzTarget.allCases)
    func damagedCorpus(target: FuzzTarget) throws {
        let corpus = try Corpus(target)
        let check = try target.makeCheck()
        var damage = Damage(seed: 20_261_123)
        var broken = 0
        for _ in 0..<4_000 {
            let input = damage.input(from: corpus.inputs)
            do throws(BrokenPromise) {
                try check.check(input)
            } catch {
                broken += 1
                // One bug has many faces: the first ones are enough.
                if broken <= 3 { Issue.record("\(target.rawValue): \(error): \(Corpus.text(of: input))") }
            }
        }
        #expect(broken == 0)
    }
}
