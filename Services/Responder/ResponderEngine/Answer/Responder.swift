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
    var cache: PacketCache
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
        cache = PacketCache(size: configuration.cacheSize)
        unsafe synthesized = .allocate(byteCount: 256 * ChainHistory.limit, alignment: 8)
    }

    deinit {
        unsafe synthesized.deallocate()
    }

    /// Opens a snapshot for the queries until `endBatch`. When the store cannot be read they are answered SERVFAIL.
    package mutating func beginBatch() {
        try? reader.begin()
    }

    /// Gives the snapshot back.
    package mutating func endBatch() {
        reader.end()
    }

    /// Answers one query: the length of the response in `buffer`, or 0 for none.
    ///
    /// `buffer` needs the payload limit's room for UDP and should have `maximumResponse` for TCP. `beginBatch` must have
    /// been called.
    package mutating func respond(
        to query: UnsafeRawBufferPointer,
        into buffer: UnsafeMutableRawBufferPointer,
        transport: Transport,
        client: ClientAddress = .unspecified
    ) -> Int {
        counters.add(.queries(transport))
        guard let message = query.baseAddress, let response = buffer.baseAddress,
            query.count >= MessageSize.header, buffer.count >= MessageSize.smallestPayload
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
        var question = QueryMessage()
        if flags & HeaderFlag.opcodeMask != 0 {
            return unsafe finishBare(response, flags, ResponseCode.notImplemented)
        }
        guard unsafe message.word(at: 4) == 1, unsafe question.read(query, into: &key) else {
            return unsafe finishBare(response, flags, ResponseCode.formatError)
        }
        return unsafe answer(question, message, response, buffer.count, flags, transport)
    }

    private mutating func answer(
        _ question: QueryMessage,
        _ message: UnsafeRawPointer,
        _ response: UnsafeMutableRawPointer,
        _ room: Int,
        _ flags: UInt16,
        _ transport: Transport
    ) -> Int {
        var limit = room
        if transport.isDatagram {
            let wanted = question.hasEDNS ? question.payload : MessageSize.smallestPayload
            limit = min(room, max(MessageSize.smallestPayload, min(wanted, configuration.payloadLimit)))
        }
        let start = MessageSize.header &+ question.questionLength
        let cacheTag = PacketCache.Tag(question, limit: limit, snapshot: reader.snapshot)
        let isCacheable = transport.isDatagram && reader.isOpen && cacheTag.isCacheable
        // SAFETY: a question has at most 259 octets, so header and question fit into the smallest buffer.
        unsafe memcpy(response + MessageSize.header, message + MessageSize.header, question.questionLength)
        if isCacheable, let hit = unsafe cache.find(cacheTag, key, into: response, questionEnd: start) {
            unsafe response.set(UInt16(hit.flags | flags & HeaderFlag.recursionDesired), at: 2)
            counters.add(.cacheHits)
            counters.add(.code(hit.flags & 15))
            return hit.length
        }
        let reserved = question.hasEDNS ? MessageSize.opt : 0
        unsafe writer.begin(response, limit: limit &- reserved, position: start)
        state = AnswerState()
        state.type = question.type
        unsafe state.name = UnsafeRawBufferPointer(
            start: response + MessageSize.header,
            count: question.questionLength &- 4
        )
        state.wantsSignatures = question.wantsSignatures
        do throws(ZoneReadError) {
            try decide(question)
        } catch {
            counters.add(.storeFailures)
            unsafe writer.begin(response, limit: limit &- reserved, position: start)
            state.code = ResponseCode.serverFailure
            state.isAuthoritative = false
            state.isTruncated = false
        }
        let length = finish(question, flags)
        // Names that do not exist are asked at random by attackers: they must not push out those that do.
        if isCacheable, state.code == ResponseCode.noError {
            unsafe cache.insert(cacheTag, response: response, length: length, questionEnd: start)
        }
        return length
    }

    /// Chooses what kind of answer the question gets.
    private mutating func decide(_ question: QueryMessage) throws(ZoneReadError) {
        if question.version > 0 {
            state.code = ResponseCode.badVersion
            return
        }
        // No key is known here (RFC 8945 5.2.1).
        if question.hasTSIG {
            state.code = ResponseCode.notAuthoritative
            return
        }
        switch question.type {
        case TypeNumber.opt, TypeNumber.tsig, TypeNumber.tkey, TypeNumber.nxname:
            state.code = ResponseCode.formatError
            return
        case TypeNumber.maila, TypeNumber.mailb:
            state.code = ResponseCode.notImplemented
            return
        case TypeNumber.axfr, TypeNumber.ixfr:
            state.code = ResponseCode.refused
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

    /// A response of the header alone, for what could not be read.
    private func finishBare(_ response: UnsafeMutableRawPointer, _ flags: UInt16, _ code: UInt16) -> Int {
        let kept = flags & (HeaderFlag.opcodeMask | HeaderFlag.recursionDesired)
        unsafe response.set(HeaderFlag.response | kept | code, at: 2)
        unsafe response.set(0 as UInt32, at: 4)
        unsafe response.set(0 as UInt32, at: 8)
        counters.add(.code(code))
        return MessageSize.header
    }

    /// Writes the header and the OPT record, for which room was kept.
    private mutating func finish(_ question: QueryMessage, _ flags: UInt16) -> Int {
        let response = unsafe writer.base
        var word = HeaderFlag.response | flags & HeaderFlag.recursionDesired | state.code & 15
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
        unsafe response.set(1 as UInt16, at: 4)
        unsafe response.set(writer.answers, at: 6)
        unsafe response.set(writer.authorities, at: 8)
        unsafe response.set(writer.additionals, at: 10)
        counters.add(.code(state.code))
        return writer.position
    }
}
