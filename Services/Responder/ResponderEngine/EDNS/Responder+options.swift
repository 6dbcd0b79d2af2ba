// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Glibc

/// EDNS options in responses.
///
/// They are the last thing written, behind an OPT record that the packet cache may have kept: what is in front of them
/// is the same for all clients that leave the same room.
extension Responder {
    /// Which of a query's options are answered; its cookies are checked and counted here.
    @inline(never)
    mutating func plan(_ question: QueryMessage, _ exchange: Exchange) -> OptionPlan {
        var plan = OptionPlan()
        let asked = question.options.kinds
        if asked.contains(.nameServerIdentifier), unsafe !options.identifier.isEmpty {
            plan.kinds.insert(.nameServerIdentifier)
            plan.room &+= unsafe 4 &+ options.identifier.count
        }
        if asked.contains(.cookie), options.keys.count > 0 {
            plan.kinds.insert(.cookie)
            plan.room &+= 4 &+ ServerCookie.length
            plan.cookie = unsafe ServerCookie.check(
                exchange.message + question.options.cookieOffset,
                length: question.options.cookieLength,
                client: exchange.client,
                keys: options.keys,
                now: options.now()
            )
            switch plan.cookie {
            case .absent: break
            case .clientOnly: counters.add(.clientCookies)
            case .good, .ageing: counters.add(.goodCookies)
            case .bad: counters.add(.badCookies)
            }
        }
        // Over UDP the option is to be ignored (RFC 7828 3.2.1).
        if asked.contains(.keepalive), !exchange.transport.isDatagram, keepalive > 0 {
            plan.kinds.insert(.keepalive)
            plan.room &+= 6
        }
        // Padding hides nothing from those who can read along (RFC 7830 6).
        if asked.contains(.padding), exchange.transport.isEncrypted {
            plan.kinds.insert(.padding)
            plan.room &+= 4
        }
        return plan
    }

    /// Adds options to the OPT record that ends a response: its new length, within what the client takes.
    @inline(never)
    mutating func putOptions(
        _ plan: OptionPlan,
        _ outcome: Outcome,
        _ question: QueryMessage,
        _ exchange: Exchange
    ) -> Int {
        let response = unsafe exchange.response
        let limit = self.limit(question, exchange)
        let length = outcome.length
        let extendedError = outcome.extendedError
        var position = length
        // SAFETY: each option is written when it fits, checked first.
        let identifier = unsafe options.identifier
        if plan.kinds.contains(.nameServerIdentifier), position &+ 4 &+ identifier.count <= limit,
            let octets = identifier.baseAddress
        {
            unsafe putHeader(response, OptionCode.nameServerIdentifier, identifier.count, &position)
            unsafe memcpy(response + position, octets, identifier.count)
            position &+= identifier.count
        }
        if plan.kinds.contains(.cookie), position &+ 4 &+ ServerCookie.length <= limit {
            unsafe putHeader(response, OptionCode.cookie, ServerCookie.length, &position)
            let asked = unsafe exchange.message + question.options.cookieOffset
            if plan.cookie == .good {
                unsafe memcpy(response + position, asked, ServerCookie.length)
            } else {
                unsafe ServerCookie.write(
                    to: response + position,
                    clientCookie: asked,
                    client: exchange.client,
                    keys: options.keys,
                    now: options.now()
                )
            }
            position &+= ServerCookie.length
        }
        if extendedError != ExtendedError.none, position &+ 6 <= limit {
            unsafe putHeader(response, OptionCode.extendedError, 2, &position)
            unsafe response.set(extendedError, at: position)
            position &+= 2
        }
        if plan.kinds.contains(.keepalive), position &+ 6 <= limit {
            unsafe putHeader(response, OptionCode.keepalive, 2, &position)
            unsafe response.set(keepalive, at: position)
            position &+= 2
        }
        if plan.kinds.contains(.padding), position &+ 4 <= limit {
            let block = OptionSources.paddingBlock
            let target = min((position &+ 4 &+ block &- 1) / block &* block, limit)
            let padding = target &- position &- 4
            unsafe putHeader(response, OptionCode.padding, padding, &position)
            unsafe memset(response + position, 0, padding)
            position &+= padding
        }
        unsafe response.set(UInt16(truncatingIfNeeded: position &- length), at: length &- 2)
        return position
    }

    /// Whether the client knows cookies, has shown none of ours, and policy asks for one (RFC 7873 5.2.3).
    ///
    /// Like others on this path it is `mutating` to be called in place: a borrow of the responder would copy it.
    mutating func mustShowCookie(_ plan: OptionPlan, _ exchange: Exchange) -> Bool {
        guard configuration.requiresCookies, exchange.transport.isDatagram else { return false }
        return plan.cookie == .clientOnly || plan.cookie == .bad
    }

    private func putHeader(_ response: UnsafeMutableRawPointer, _ code: UInt16, _ length: Int, _ position: inout Int) {
        unsafe response.set(code, at: position)
        unsafe response.set(UInt16(truncatingIfNeeded: length), at: position &+ 2)
        position &+= 4
    }
}
