// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

internal import DNSWire
internal import Glibc
package import ZoneStore

/// Answers queries from a zone store: one for each thread.
///
/// All memory is allocated when it is made. A query costs no allocation, no lock and no system call.
@safe
package struct Responder: ~Copyable {
    var reader: ZoneReader
    var key = LookupKey()
    var otherKey = LookupKey()
    var writer = ResponseWriter()
    var state = AnswerState()
    var history = ChainHistory()
    var hasher = NameHasher()
    var cache: PacketCache
    /// Collects the steps of an answer that is being explained; nil for all queries of clients.
    var recorder: ExplanationRecorder?
    var options: OptionSources
    var rateClock = RateClock()
    /// How long streams may idle, in units of 100 ms, told to clients that ask (RFC 7828); 0 tells nobody.
    package var keepalive: UInt16
    /// In the memory of the configuration's limiter, which is kept for as long as this.
    let gate: RateGate
    let isLimiting: Bool
    private let tap: QueryTap?
    private var tapWriter = TapWriter()
    private var tally: TallyWriter
    /// The port of the next query's client, for the tap alone: it need not be set while `isTapped` is false.
    package var clientPort: UInt16 = 0
    let configuration: ResponderConfiguration
    /// What this responder has counted; others may read it at any time.
    package let counters: ResponderCounters
    // SAFETY: room for a name a step, allocated in init, freed in deinit.
    let synthesized: UnsafeMutableRawPointer

    /// The room that a response over TCP may need; over UDP it is `ResponderConfiguration.maximumPayload`.
    package static let maximumResponse = 65_535

    /// A responder that reads `store` through a reader slot of its own.
    package init(
        store: ZoneStore,
        configuration: ResponderConfiguration,
        counters: ResponderCounters = ResponderCounters()
    ) throws(ZoneStoreError) {
        reader = try ZoneReader(store)
        self.configuration = configuration
        self.counters = counters
        tap = configuration.taps?.makeTap()
        tally = TallyWriter(configuration.tallies?.makeTally(zones: (try? store.count()) ?? 0))
        options = OptionSources(configuration)
        keepalive = configuration.keepalive
        if let limiter = configuration.limiter {
            gate = limiter.gate
        } else {
            gate = .open
        }
        isLimiting = configuration.limiter != nil
        cache = PacketCache(octets: configuration.cacheOctets)
        unsafe synthesized = .allocate(byteCount: 256 * ChainHistory.limit, alignment: 8)
    }

    deinit {
        unsafe synthesized.deallocate()
    }

    /// Opens a snapshot for the queries until `endBatch`. When the store cannot be read they are answered SERVFAIL.
    package mutating func beginBatch() {
        try? reader.begin()
        options.beginBatch(configuration)
        rateClock.beginBatch()
        if let tap { tapWriter.beginBatch(tap) }
    }

    /// Whether the queries of this batch are recorded.
    package var isTapped: Bool { tapWriter.isOn }

    /// Gives the snapshot back.
    package mutating func endBatch() {
        reader.end()
        tally.endBatch()
    }

    /// Begins to bring near what the answer to a query of the batch may be found in: a number for `approach` and
    /// `respond`. The memory is far away for most queries, and answers them no later when it is asked for early.
    @inline(__always)
    package mutating func prepare(_ query: UnsafeRawBufferPointer) -> UInt64 {
        let hash = unsafe cache.hash(query)
        cache.prefetchSet(hash)
        return hash
    }

    /// The second step of it, after all queries of the batch have made the first.
    @inline(__always)
    package mutating func approach(_ prepared: UInt64) {
        cache.prefetchAnswer(prepared)
    }

    /// Answers one query: the length of the response in `buffer`, or 0 for none.
    ///
    /// `buffer` needs the payload limit's room for UDP and should have `maximumResponse` for TCP. `beginBatch` must have
    /// been called. `prepared` is what `prepare` said of this query, 0 if it was not asked.
    package mutating func respond(
        to query: UnsafeRawBufferPointer,
        into buffer: UnsafeMutableRawBufferPointer,
        transport: Transport,
        client: ClientAddress = .unspecified,
        prepared: UInt64 = 0
    ) -> Int {
        counters.add(.queries(transport))
        let length = unsafe process(query, into: buffer, transport, client, prepared: prepared, isNested: false)
        if tapWriter.isOn {
            let response = unsafe UnsafeRawBufferPointer(start: buffer.baseAddress, count: length)
            unsafe tapWriter.record(query, response, transport, client, port: clientPort)
        }
        return length
    }

    /// Answers one query; `isNested` says that it is part of answering another, which is signed.
    mutating func process(
        _ query: UnsafeRawBufferPointer,
        into buffer: UnsafeMutableRawBufferPointer,
        _ transport: Transport,
        _ client: ClientAddress,
        prepared: UInt64 = QuestionHash.none,
        isNested: Bool
    ) -> Int {
        guard let message = query.baseAddress, let response = buffer.baseAddress,
            query.count >= MessageSize.header, buffer.count >= MessageSize.smallestRoom
        else {
            counters.add(.dropped)
            return 0
        }
        let flags = unsafe message.word(at: 2)
        // Answering an answer could go on for ever between two servers.
        guard flags & HeaderFlag.response == 0 else {
            counters.add(.dropped)
            return 0
        }
        // SAFETY: both have room for a header.
        unsafe response.copyMemory(from: message, byteCount: 2)
        let exchange = unsafe Exchange(
            message: message,
            messageLength: query.count,
            response: response,
            room: buffer.count,
            flags: flags,
            transport: transport,
            client: client,
            questionHash: prepared,
            isNested: isNested
        )
        var question = QueryMessage()
        guard flags & HeaderFlag.opcodeMask == 0, unsafe message.word(at: 4) == 1 else {
            return unusual(exchange)
        }
        guard unsafe question.read(query, into: &key) else { return reject(question, exchange) }
        counters.add(.type(question.type))
        return answer(question, exchange)
    }

    /// Answers a well-formed query with one question.
    mutating func answer(_ question: QueryMessage, _ exchange: Exchange) -> Int {
        if question.hasTSIG || question.version > 0 { return special(question, exchange) }
        let response = unsafe exchange.response
        let isDatagram = exchange.transport.isDatagram
        if isDatagram, question.isTransfer { return special(question, exchange) }
        var plan = OptionPlan()
        if !question.options.kinds.isEmpty {
            plan = self.plan(question, exchange)
            if mustShowCookie(plan, exchange) { return reply(ResponseCode.badCookie, question, exchange, plan) }
        }
        // Options come behind what is kept of an answer, so that it is the same for all clients with this much room.
        let limit = self.limit(question, exchange) &- plan.room
        let start = MessageSize.header &+ question.questionLength
        let cacheTag = PacketCache.Tag(question, limit: limit, snapshot: reader.snapshot)
        let isCacheable = isDatagram && reader.isOpen && cacheTag.isCacheable
        // SAFETY: a question has at most 259 octets, so header and question fit into the smallest buffer.
        unsafe memcpy(
            response + MessageSize.header,
            exchange.message + MessageSize.header,
            question.questionLength
        )
        let known = exchange.questionHash
        let hash = unsafe !isCacheable || known != QuestionHash.none ? known : cache.hash(exchange.query)
        if isCacheable, let hit = unsafe cache.find(cacheTag, at: hash, key, into: response, questionEnd: start) {
            unsafe response.set(UInt16(hit.flags | exchange.flags & HeaderFlag.recursionDesired), at: 2)
            counters.add(.cacheHits)
            let outcome = Outcome(length: hit.length, code: hit.flags & 15, account: hit.account)
            return complete(outcome, plan, question, exchange)
        }
        begin(question, exchange, limit: limit)
        do throws(ZoneReadError) {
            try decide(question)
        } catch {
            counters.add(.storeFailures)
            begin(question, exchange, limit: limit)
            state.code = ResponseCode.serverFailure
            state.extendedError = reader.isOpen ? ExtendedError.invalidData : ExtendedError.notReady
        }
        let outcome = Outcome(
            length: finish(question, exchange),
            code: state.code,
            account: account(question),
            extendedError: state.extendedError
        )
        // Errors are rare, and cheap to make.
        let isKept = state.code == ResponseCode.noError || state.code == ResponseCode.nameError
        if isCacheable, isKept, state.extendedError == ExtendedError.none {
            unsafe cache.insert(
                cacheTag,
                response: response,
                length: outcome.length,
                questionEnd: start,
                account: outcome.account
            )
        }
        return complete(outcome, plan, question, exchange)
    }

    /// Sends a response that is there but for its options, unless a rate limit holds it back: its length.
    @inline(__always)
    mutating func complete(
        _ outcome: consuming Outcome,
        _ plan: consuming OptionPlan,
        _ question: QueryMessage,
        _ exchange: Exchange
    ) -> Int {
        if isLimiting, exchange.transport.isDatagram, !exchange.isNested, !plan.cookie.isGood {
            limit(&outcome, &plan, question, exchange)
            guard outcome.length > 0 else { return 0 }
        }
        tally.note(outcome.account.zone)
        if question.hasEDNS {
            counters.add(.edns)
            if question.wantsSignatures { counters.add(.dnssecOK) }
            if !plan.kinds.isEmpty || outcome.extendedError != ExtendedError.none {
                outcome.length = putOptions(plan, outcome, question, exchange)
            }
        }
        counters.addResponse(code: outcome.code, length: outcome.length)
        return outcome.length
    }

    /// The most octets that the response may have.
    mutating func limit(_ question: QueryMessage, _ exchange: Exchange) -> Int {
        guard exchange.transport.isDatagram else { return exchange.room }
        let wanted = question.hasEDNS ? question.payload : MessageSize.smallestPayload
        return min(exchange.room, max(MessageSize.smallestPayload, min(wanted, configuration.payloadLimit)))
    }

    /// Starts the response behind header and question, with room kept for the OPT record.
    mutating func begin(_ question: QueryMessage, _ exchange: Exchange, limit: Int) {
        let response = unsafe exchange.response
        let reserved = question.hasEDNS ? MessageSize.opt : 0
        let position = MessageSize.header &+ question.questionLength
        unsafe writer.begin(response, limit: limit &- reserved, position: position)
        state = AnswerState()
        state.type = question.type
        unsafe state.name = UnsafeRawBufferPointer(
            start: response + MessageSize.header,
            count: max(0, question.questionLength &- 4)
        )
        state.wantsSignatures = question.wantsSignatures
    }

    /// Chooses what kind of answer the question gets.
    private mutating func decide(_ question: QueryMessage) throws(ZoneReadError) {
        switch question.type {
        case TypeNumber.opt, TypeNumber.tsig, TypeNumber.tkey, TypeNumber.nxname:
            state.code = ResponseCode.formatError
            state.extendedError = ExtendedError.invalidQueryType
            return
        case TypeNumber.maila, TypeNumber.mailb:
            state.code = ResponseCode.notImplemented
            state.extendedError = ExtendedError.notSupported
            return
        case TypeNumber.axfr, TypeNumber.ixfr:
            state.code = ResponseCode.refused
            state.extendedError = ExtendedError.prohibited
            return
        default:
            break
        }
        switch question.rrclass {
        case ClassNumber.internet:
            try resolve()
        case ClassNumber.any:
            state.isAnyClass = true
            try resolve()
        case ClassNumber.chaos:
            answerChaos()
        default:
            state.code = ResponseCode.refused
        }
    }

    /// Writes the header and the OPT record, for which room was kept; the OPT record is the last one.
    mutating func finish(_ question: QueryMessage, _ exchange: Exchange) -> Int {
        let response = unsafe writer.base
        let kept = exchange.flags & (HeaderFlag.opcodeMask | HeaderFlag.recursionDesired)
        var word = HeaderFlag.response | kept | state.code & 15
        if state.isAuthoritative { word |= HeaderFlag.authoritative }
        if state.isTruncated {
            word |= HeaderFlag.truncated
            counters.add(.truncated)
        }
        if question.hasEDNS {
            let position = writer.position
            // SAFETY: `limit` was lowered by the size of this record.
            unsafe response.set(0 as UInt8, at: position)
            unsafe response.set(TypeNumber.opt, at: position &+ 1)
            unsafe response.set(UInt16(truncatingIfNeeded: configuration.payloadLimit), at: position &+ 3)
            unsafe response.set(UInt8(truncatingIfNeeded: state.code &>> 4), at: position &+ 5)
            unsafe response.set(0 as UInt8, at: position &+ 6)
            unsafe response.set(question.wantsSignatures ? 0x8000 : 0 as UInt16, at: position &+ 7)
            unsafe response.set(0 as UInt16, at: position &+ 9)
            writer.position &+= MessageSize.opt
            writer.additionals &+= 1
        }
        unsafe response.set(word, at: 2)
        unsafe response.set(question.questionLength > 0 ? 1 : 0 as UInt16, at: 4)
        unsafe response.set(writer.answers, at: 6)
        unsafe response.set(writer.authorities, at: 8)
        unsafe response.set(writer.additionals, at: 10)
        return writer.position
    }
}
