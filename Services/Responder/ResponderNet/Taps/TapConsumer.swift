// SPDX-License-Identifier: Apache-2.0
// SPDX-FileCopyrightText: Zonewright authors

import ResponderEngine

/// One query that a responder answered, or left unanswered.
@safe
struct TappedQuery {
    /// Who asked, how and when.
    let entry: TapEntry
    /// The query's octets; valid during the call that hands them over.
    let query: UnsafeRawBufferPointer
    /// The response's octets, none when there was no response; valid during the same call.
    let response: UnsafeRawBufferPointer
}

/// Something that looks at the queries that pass: a stream to a collector, a log, a count.
///
/// It is called on the one thread that empties the taps, so it must not wait for anything: what it holds up is lost to
/// all consumers, though never to those who ask.
protocol TapConsumer: AnyObject, Sendable {
    /// Looks at one query.
    func take(_ tapped: TappedQuery)
    /// All that was in the taps has been handed over: what was gathered may go out.
    func flush()
}
