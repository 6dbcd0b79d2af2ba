// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Testing
import ZoneTransfer

@Suite struct TSIGAlgorithmTests {
    @Test func namesAreThoseOfTheRegistry() {
        #expect(TSIGAlgorithm(rawValue: "hmac-sha256")?.macLength == 32)
        #expect(TSIGAlgorithm(rawValue: "hmac-sha512")?.macLength == 64)
        #expect(TSIGAlgorithm(rawValue: "hmac-md5.sig-alg.reg.int") == nil)
    }
}
