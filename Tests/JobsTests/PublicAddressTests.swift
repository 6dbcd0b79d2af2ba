// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import Jobs
import Testing

@Suite struct PublicAddressTests {
    private static func v6(_ groups: [UInt16]) -> [UInt8] {
        (groups + [UInt16](repeating: 0, count: 8 - groups.count)).flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    }

    @Test(
        arguments: [
            [1, 1, 1, 1], [8, 8, 8, 8], [9, 255, 255, 255], [11, 0, 0, 0], [100, 63, 0, 1], [100, 128, 0, 1],
            [172, 15, 0, 1], [172, 32, 0, 1], [192, 167, 0, 1], [192, 169, 0, 1], [198, 17, 0, 1],
            [223, 255, 255, 255],
        ] as [[UInt8]]
    )
    func `Public IPv4 addresses are allowed`(address: [UInt8]) {
        #expect(PublicAddress.contains(address))
    }

    @Test(
        arguments: [
            [0, 0, 0, 0], [10, 0, 0, 1], [10, 255, 255, 255], [100, 64, 0, 1], [100, 127, 255, 255], [127, 0, 0, 1],
            [127, 255, 255, 255], [169, 254, 169, 254], [172, 16, 0, 1], [172, 31, 255, 255], [192, 0, 0, 1],
            [192, 0, 2, 1], [192, 88, 99, 1], [192, 168, 1, 1], [198, 18, 0, 1], [198, 19, 255, 255],
            [198, 51, 100, 1],
            [203, 0, 113, 1], [224, 0, 0, 1], [240, 0, 0, 1], [255, 255, 255, 255],
        ] as [[UInt8]]
    )
    func `Special IPv4 addresses are refused`(address: [UInt8]) {
        #expect(!PublicAddress.contains(address))
    }

    @Test(arguments: [[0x2606, 0x4700], [0x2001, 0x4860], [0x2A00, 0x1450], [0x3FFF, 0x1000]] as [[UInt16]])
    func `Public IPv6 addresses are allowed`(groups: [UInt16]) {
        #expect(PublicAddress.contains(Self.v6(groups)))
    }

    @Test(
        arguments: [
            [],  // unspecified
            [0, 0, 0, 0, 0, 0, 0, 1],  // loopback
            [0, 0, 0, 0, 0, 0xFFFF, 0x7F00, 1],  // mapped loopback
            [0, 0, 0, 0, 0, 0xFFFF, 0x0808, 0x0808],  // mapped public
            [0x64, 0xFF9B, 0, 0, 0, 0, 0x7F00, 1],  // translated
            [0xFE80], [0xFC00], [0xFD00], [0xFF02], [0xFEC0],
            [0x2001, 0x0DB8], [0x2001, 0], [0x2002, 0x7F00, 1], [0x3FFF, 1], [0x0100],
        ] as [[UInt16]]
    )
    func `Special IPv6 addresses are refused`(groups: [UInt16]) {
        #expect(!PublicAddress.contains(Self.v6(groups)))
    }

    @Test func `Anything else is refused`() {
        #expect(!PublicAddress.contains([]))
        #expect(!PublicAddress.contains([8, 8, 8]))
    }
}
