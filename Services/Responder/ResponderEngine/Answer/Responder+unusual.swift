// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import Glibc

/// Messages that are no plain queries, kept off the path of those that are.
extension Responder {
    /// Answers a message with another opcode than QUERY or another number of questions than one.
    @inline(never)
    mutating func unusual(_ exchange: Exchange) -> Int {
        var question = QueryMessage()
        let hasQuestion = unsafe exchange.message.word(at: 4) == 1
        let isRead =
            unsafe hasQuestion
            ? question.read(exchange.query, into: &key) : question.readWithoutQuestion(exchange.query)
        switch exchange.opcode {
        case OpcodeNumber.query where !hasQuestion:
            // A cookie may be asked for without a question (RFC 7873 5.4); all else needs one (RFC 9619 4).
            guard isRead, question.version == 0, isCookieQuery(question, exchange) else {
                return isRead && question.version > 0
                    ? reply(ResponseCode.badVersion, question, exchange) : reject(question, exchange)
            }
            return reply(ResponseCode.noError, question, exchange)
        case OpcodeNumber.notify:
            guard isRead, hasQuestion else { return reject(question, exchange) }
            if question.hasTSIG || question.version > 0 { return special(question, exchange) }
            return reply(ResponseCode.refused, question, exchange)
        case OpcodeNumber.update:
            // Zones are changed at the origin only (RFC 2136 3.3 would tell FORMERR from REFUSED here, too).
            guard isRead, hasQuestion else { return reject(question, exchange) }
            return reply(ResponseCode.refused, question, exchange)
        default:
            // What the sections of other opcodes hold is not known, so nothing can be malformed.
            return reply(ResponseCode.notImplemented, question, exchange, ExtendedError.notSupported)
        }
    }

    /// Answers a well-formed message that is signed, or of a later EDNS version, or a transfer asked for over UDP.
    @inline(never)
    mutating func special(_ question: QueryMessage, _ exchange: Exchange) -> Int {
        if question.version > 0 { return reply(ResponseCode.badVersion, question, exchange) }
        if question.hasTSIG { counters.add(.signed) }
        if !exchange.isNested, let handler = unsafe configuration.signedQueries {
            return unsafe pass(to: handler, question, exchange)
        }
        if question.hasTSIG { return replyBadKey(question, exchange) }
        return reply(ResponseCode.refused, question, exchange, ExtendedError.prohibited)
    }

    /// Answers a message that is malformed: with its question and an OPT record as far as they could be read.
    @inline(never)
    mutating func reject(_ question: QueryMessage, _ exchange: Exchange) -> Int {
        reply(ResponseCode.formatError, question, exchange)
    }

    /// A response without records of a zone, with the options of the query answered.
    mutating func reply(
        _ code: UInt16,
        _ question: QueryMessage,
        _ exchange: Exchange,
        _ extendedError: UInt16 = ExtendedError.none
    ) -> Int {
        // What could be read of options is answered as far as it is well-formed.
        let plan = question.options.kinds.isEmpty ? OptionPlan() : self.plan(question, exchange)
        return reply(code, question, exchange, plan, extendedError)
    }

    /// A response without records of a zone, with these options.
    mutating func reply(
        _ code: UInt16,
        _ question: QueryMessage,
        _ exchange: Exchange,
        _ plan: OptionPlan,
        _ extendedError: UInt16 = ExtendedError.none
    ) -> Int {
        start(code, question, exchange)
        let outcome = Outcome(
            length: finish(question, exchange),
            code: code,
            account: ResponseAccount(code == ResponseCode.refused ? .refusal : .error, zone: 0),
            extendedError: extendedError
        )
        return complete(outcome, plan, question, exchange)
    }

    private mutating func start(_ code: UInt16, _ question: QueryMessage, _ exchange: Exchange) {
        // SAFETY: a question has at most 259 octets, so header and question fit into the smallest buffer.
        unsafe memcpy(
            exchange.response + MessageSize.header,
            exchange.message + MessageSize.header,
            question.questionLength
        )
        begin(question, exchange, limit: limit(question, exchange))
        state.code = code
    }

    /// Lets a handler answer, with the engine's own answers at hand.
    private mutating func pass(
        to handler: SignedQueryHandler,
        _ question: QueryMessage,
        _ exchange: Exchange
    ) -> Int {
        let room = unsafe UnsafeMutableRawBufferPointer(start: exchange.response, count: limit(question, exchange))
        let length = unsafe handler(exchange.query, exchange.client, exchange.transport, room) { query, room in
            unsafe self.process(query, into: room, exchange.transport, exchange.client, isNested: true)
        }
        guard length >= MessageSize.header, length <= room.count else {
            counters.add(.dropped)
            return 0
        }
        let code = unsafe UnsafeRawPointer(exchange.response).word(at: 2) & 15
        // A signature that is good proves where the query is from; all else can be forged.
        let isProven = question.hasTSIG && code == ResponseCode.noError
        let kind: ResponseAccount.Kind =
            code == ResponseCode.noError ? .answer : code == ResponseCode.refused ? .refusal : .error
        return send(length, code, kind, isProven: isProven, exchange)
    }

    /// Sends a response that is complete, unless a rate limit holds it back: its length.
    private mutating func send(
        _ length: Int,
        _ code: UInt16,
        _ kind: ResponseAccount.Kind,
        isProven: Bool,
        _ exchange: Exchange
    ) -> Int {
        if isLimiting, exchange.transport.isDatagram, !exchange.isNested, !isProven,
            isHeld(ResponseAccount(kind, zone: 0), exchange)
        {
            return 0
        }
        counters.addResponse(code: code, length: length)
        return length
    }

    /// Refuses a signed message whose key is not known, as none is (RFC 8945 5.2.1): the TSIG record says so unsigned.
    private mutating func replyBadKey(_ question: QueryMessage, _ exchange: Exchange) -> Int {
        start(ResponseCode.notAuthoritative, question, exchange)
        let room = limit(question, exchange)
        var length = finish(question, exchange)
        if let more = putBadKey(question, exchange, at: length, limit: room) {
            length &+= more
            unsafe exchange.response.set(writer.additionals &+ 1, at: 10)
        }
        return send(length, ResponseCode.notAuthoritative, .error, isProven: false, exchange)
    }

    /// Writes the query's TSIG record without its signature and with the error BADKEY: its length; nil when it does not
    /// fit or its names are compressed, which they must not be.
    ///
    ///      NAME  TSIG  ANY  TTL 0  RDLENGTH
    ///      algorithm | time signed (48) | fudge (16) | MAC size 0 | original id | error | other length 0
    private func putBadKey(_ question: QueryMessage, _ exchange: Exchange, at position: Int, limit: Int) -> Int? {
        let base = unsafe exchange.message
        let data = question.tsig.data
        let end = unsafe data &+ Int(base.word(at: data &- 2))
        let owner = data &- MessageSize.recordHeader &- question.tsig.start
        guard unsafe QueryMessage.endOfWholeName(base, question.tsig.start, end) == question.tsig.start &+ owner,
            let times = unsafe QueryMessage.endOfWholeName(base, data, end), times &+ 8 <= end
        else { return nil }
        let kept = times &+ 8 &- question.tsig.start
        guard position &+ kept &+ 8 <= limit else { return nil }
        // SAFETY: the query has the octets kept, and the response has room for them and the rest.
        let record = unsafe exchange.response + position
        unsafe memcpy(record, base + question.tsig.start, kept)
        unsafe record.set(ClassNumber.any, at: owner &+ 2)
        unsafe record.set(0 as UInt32, at: owner &+ 4)
        unsafe record.set(UInt16(truncatingIfNeeded: kept &+ 8 &- owner &- MessageSize.recordHeader), at: owner &+ 8)
        unsafe record.set(0 as UInt16, at: kept)
        unsafe record.set(base.word(at: 0), at: kept &+ 2)
        unsafe record.set(SignatureError.badKey, at: kept &+ 4)
        unsafe record.set(0 as UInt16, at: kept &+ 6)
        return kept &+ 8
    }

    /// Whether a message without a question is well-formed and asks for a cookie with nothing else.
    private func isCookieQuery(_ question: QueryMessage, _ exchange: Exchange) -> Bool {
        guard unsafe exchange.message.word(at: 4) == 0, !question.hasOtherRecords, !question.hasTSIG else {
            return false
        }
        return question.options.kinds.contains(.cookie) && configuration.cookies != nil
    }
}
