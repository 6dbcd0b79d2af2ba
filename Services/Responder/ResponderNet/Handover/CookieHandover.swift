// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ResponderEngine

/// The secrets of DNS cookies on their way to a successor: with others it would refuse the cookies that clients hold,
/// and those that have only just proved where they are would be rate-limited, or told BADCOOKIE, once more.
///
///     cookies
///     32 hexadecimal digits, a line for each secret, the one that cookies are made with first
enum CookieHandover {
    /// The message; without secrets it has the first line alone.
    static func message(_ secrets: [CookieSecret]) -> String {
        let digits = Array("0123456789abcdef")
        let lines = secrets.map { secret in
            String(secret.octets.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] })
        }
        return ([HandoverStep.cookies] + lines).joined(separator: "\n")
    }

    /// The secrets of a message; nil when it makes no sense.
    static func secrets(_ message: String) -> [CookieSecret]? {
        let lines = message.split(separator: "\n", omittingEmptySubsequences: false).dropFirst()
        guard lines.count <= CookieSecrets.maximumCount else { return nil }
        var secrets: [CookieSecret] = []
        for line in lines {
            let values = line.compactMap { $0.isASCII ? $0.hexDigitValue : nil }
            guard line.count == 32, values.count == 32 else { return nil }
            let octets = stride(from: 0, to: 32, by: 2).map { UInt8(values[$0] << 4 | values[$0 + 1]) }
            guard let secret = CookieSecret(octets) else { return nil }
            secrets.append(secret)
        }
        return secrets
    }
}
