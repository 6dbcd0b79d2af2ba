// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Glibc
internal import ZoneStore

/// Response rate limiting: every response over UDP is charged to an account, after it has been made, since only then it
/// is known what kind of response it is.
extension Responder {
    /// The account of the response just made.
    @inline(__always)
    mutating func account(_ question: QueryMessage) -> ResponseAccount {
        // The zone is always told: queries are counted by it.
        guard isLimiting else { return ResponseAccount(.answer, zone: state.zone) }
        return chargedAccount(question)
    }

    private mutating func chargedAccount(_ question: QueryMessage) -> ResponseAccount {
        switch state.code {
        case ResponseCode.noError:
            if writer.answers > 0 {
                // All names that a wildcard makes are one.
                if state.isFromWildcard { return ResponseAccount(.answer, zone: state.zone) }
                return ResponseAccount(.answer, zone: state.zone, hash: nameHash(question, from: 0))
            }
            if state.cutLabels > 0 {
                let offset = key.offset(ofLast: state.cutLabels)
                return ResponseAccount(.referral, zone: state.zone, hash: nameHash(question, from: offset))
            }
            return ResponseAccount(.noData, zone: state.zone)
        case ResponseCode.nameError:
            return ResponseAccount(.nameError, zone: state.zone)
        case ResponseCode.refused:
            return ResponseAccount(.refusal, zone: 0)
        default:
            return ResponseAccount(.error, zone: state.zone)
        }
    }

    /// Holds a response against the limits; its length becomes 0 when it is held back.
    @inline(never)
    mutating func limit(
        _ outcome: inout Outcome,
        _ plan: inout OptionPlan,
        _ question: QueryMessage,
        _ exchange: Exchange
    ) {
        if gate.isExempt(exchange.client) { return }
        let now = rateClock.now()
        switch gate.judge(outcome.account, exchange.client, now: now, random: rateClock.random()) {
        case .pass:
            break
        case .note:
            counters.add(.wouldLimit)
        case .hold:
            counters.add(.limited)
            outcome.length = 0
        case .slip:
            counters.add(.slipped)
            if outcome.account.isError { break }
            truncate(&outcome, question, exchange)
            // The cookie is what gets the client past the limit the next time; all else would only be longer.
            plan.kinds.formIntersection(.cookie)
        }
    }

    /// Whether a response that cannot be truncated is held back.
    @inline(never)
    mutating func isHeld(_ account: ResponseAccount, _ exchange: Exchange) -> Bool {
        if gate.isExempt(exchange.client) { return false }
        let now = rateClock.now()
        switch gate.judge(account, exchange.client, now: now, random: rateClock.random()) {
        case .pass:
            return false
        case .note:
            counters.add(.wouldLimit)
            return false
        case .slip where account.isError:
            counters.add(.slipped)
            return false
        case .hold, .slip:
            counters.add(.limited)
            return true
        }
    }

    /// Makes the response an empty one with the TC bit.
    private mutating func truncate(_ outcome: inout Outcome, _ question: QueryMessage, _ exchange: Exchange) {
        begin(question, exchange, limit: limit(question, exchange))
        outcome.length = finish(question, exchange)
        outcome.code = ResponseCode.noError
        outcome.extendedError = ExtendedError.none
        let flags = unsafe UnsafeRawPointer(exchange.response).word(at: 2)
        unsafe exchange.response.set(flags | HeaderFlag.truncated, at: 2)
    }

    private func nameHash(_ question: QueryMessage, from offset: Int) -> UInt64 {
        // The question's name, without type and class; a wildcard's or CNAME's target leads to the same account.
        let count = question.questionLength &- 4 &- offset
        guard count > 0 else { return 0 }
        return unsafe ResponseAccount.hash(
            UnsafeRawBufferPointer(start: writer.base + MessageSize.header + offset, count: count)
        )
    }
}
