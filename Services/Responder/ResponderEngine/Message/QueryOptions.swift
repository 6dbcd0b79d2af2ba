// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

/// The options of a query's OPT record that change the response; all others are ignored (RFC 6891 6.1.2).
struct QueryOptions {
    /// What was found: a bit each, so that "nothing" is one comparison.
    struct Kinds: OptionSet {
        let rawValue: UInt8

        /// NSID (RFC 5001); what it carries is ignored (2.1).
        static let nameServerIdentifier = Kinds(rawValue: 1)
        /// COOKIE (RFC 7873), of a valid length.
        static let cookie = Kinds(rawValue: 2)
        /// edns-tcp-keepalive (RFC 7828).
        static let keepalive = Kinds(rawValue: 4)
        /// Padding (RFC 7830).
        static let padding = Kinds(rawValue: 8)
    }

    /// Which options there are.
    var kinds = Kinds()
    /// Where the client's cookie begins in the message.
    var cookieOffset = 0
    /// The octets of the cookies, the client's eight included: 8, or 16 to 40.
    var cookieLength = 0

    /// Reads the options from `start` to `end`; false when they do not fill that room, or a cookie cannot be one.
    mutating func read(_ base: UnsafeRawPointer, from start: Int, to end: Int) -> Bool {
        var position = start
        while position < end {
            guard position &+ 4 <= end else { return false }
            let code = unsafe base.word(at: position)
            let length = unsafe Int(base.word(at: position &+ 2))
            position &+= 4
            guard position &+ length <= end else { return false }
            switch code {
            case OptionCode.nameServerIdentifier: kinds.insert(.nameServerIdentifier)
            case OptionCode.keepalive: kinds.insert(.keepalive)
            case OptionCode.padding: kinds.insert(.padding)
            case OptionCode.cookie:
                // A second one is not looked at (RFC 7873 5.2).
                if kinds.contains(.cookie) { break }
                guard length == 8 || (16...40).contains(length) else { return false }
                kinds.insert(.cookie)
                cookieOffset = position
                cookieLength = length
            default: break
            }
            position &+= length
        }
        return true
    }
}
